module github.com/segmentrules/segment/examples/crm/browser

go 1.26.0
