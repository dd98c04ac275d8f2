package cli

import (
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/segmentrules/segment"
)

// A versionReply is the output of version. Meaning, Unicode and zones are what answers hang on
// beside rule and data: see segment.Environment.
type versionReply struct {
	Version  string `json:"version"`
	Revision string `json:"revision"` // of the source, where the build knows it
	Go       string `json:"go"`
	Meaning  int    `json:"meaning"`
	Unicode  string `json:"unicode"`
	Zones    string `json:"zones"`
}

func newVersion(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version, and what answers depend on",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			env := segment.EnvironmentHere()
			out := versionReply{Go: runtime.Version(), Meaning: env.Meaning, Unicode: env.Unicode, Zones: env.Zones}
			out.Version, out.Revision = built()
			if a.json {
				return a.reply(out)
			}
			return a.printf("segment %s %s\n%s, meaning %d, Unicode %s, zones %s\n", out.Version, out.Revision, out.Go, out.Meaning, out.Unicode, out.Zones)
		},
	}
}

// built is the version of the program and the revision of its source, as far as the build
// knows them.
func built() (version, revision string) {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown", ""
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			revision = s.Value
		}
	}
	return info.Main.Version, revision
}
