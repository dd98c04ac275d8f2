module github.com/segmentrules/segment

go 1.25.0

require (
	github.com/google/go-cmp v0.7.0
	github.com/leanovate/gopter v0.2.11
	github.com/tidwall/gjson v1.20.1
	golang.org/x/exp v0.0.0-20260112195511-716be5621a96
)

require (
	github.com/tidwall/match v1.1.1 // indirect
	github.com/tidwall/pretty v1.2.0 // indirect
)
