module github.com/segmentrules/segment/conformance

go 1.25.0

replace github.com/segmentrules/segment => ../

require (
	github.com/leanovate/gopter v0.2.11
	github.com/santhosh-tekuri/jsonschema/v6 v6.0.3
	github.com/segmentrules/segment v0.0.0
	golang.org/x/exp v0.0.0-20260112195511-716be5621a96
)

require (
	github.com/google/go-cmp v0.7.0 // indirect
	github.com/tidwall/gjson v1.20.1 // indirect
	github.com/tidwall/match v1.1.1 // indirect
	github.com/tidwall/pretty v1.2.0 // indirect
	golang.org/x/text v0.22.0 // indirect
)
