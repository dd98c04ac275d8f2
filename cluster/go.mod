module github.com/segmentrules/segment/cluster

go 1.25.0

replace github.com/segmentrules/segment => ../

require github.com/segmentrules/segment v0.0.0-00010101000000-000000000000

require (
	github.com/tidwall/gjson v1.20.1 // indirect
	github.com/tidwall/match v1.1.1 // indirect
	github.com/tidwall/pretty v1.2.0 // indirect
)
