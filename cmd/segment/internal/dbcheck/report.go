package dbcheck

// A Compared is one segment.
type Compared struct {
	Segment  string   `json:"segment"`
	Go       int      `json:"go"`       // contacts by Go
	Database int      `json:"database"` // contacts by the database
	Same     bool     `json:"same"`
	OnlyGo   []string `json:"only_go"`         // the first of them
	OnlyDB   []string `json:"only_database"`   // the first of them
	Differ   int      `json:"differ"`          // how many there are in all
	Rest     string   `json:"rest,omitempty"`  // what the statement leaves to Go
	Error    string   `json:"error,omitempty"` // why the statement could not be written
}

// A Report is all of them.
type Report struct {
	Dialect  string     `json:"dialect"`
	Contacts int        `json:"contacts"`
	Segments []Compared `json:"segments"`
	Differ   int        `json:"differ"` // segments
	Failed   int        `json:"failed"` // segments
}
