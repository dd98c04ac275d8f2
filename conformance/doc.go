// Package conformance holds tests that judge the library by two files that
// others read: definition.schema.json, with a validator of JSON Schema, and
// grammar.ebnf, with a reader of EBNF. The two modules that do this are needed
// nowhere else; so that no program that embeds the library has them in its
// module graph, the package is a module of its own. It sees only the public
// surface, as other tools do that read these files.
//
// Run go test in this folder; the tests of the module above do not need it.
package conformance
