module github.com/segmentrules/segment/cluster/sql

go 1.25.0

replace (
	github.com/segmentrules/segment => ../../
	github.com/segmentrules/segment/cluster => ../
)

require (
	github.com/jackc/pgx/v5 v5.13.0
	github.com/segmentrules/segment v0.0.0-00010101000000-000000000000
	github.com/segmentrules/segment/cluster v0.0.0-00010101000000-000000000000
)

require (
	github.com/jackc/pgpassfile v1.0.0 // indirect
	github.com/jackc/pgservicefile v0.0.0-20240606120523-5a60cdf6a761 // indirect
	github.com/jackc/puddle/v2 v2.2.3 // indirect
	github.com/tidwall/gjson v1.20.1 // indirect
	github.com/tidwall/match v1.1.1 // indirect
	github.com/tidwall/pretty v1.2.0 // indirect
	golang.org/x/sync v0.22.0 // indirect
	golang.org/x/text v0.41.0 // indirect
)
