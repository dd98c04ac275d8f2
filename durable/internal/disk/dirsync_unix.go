//go:build !windows && !plan9 && !js && !wasip1

package disk

import "os"

// syncDir makes lasting which names stand in a directory.
func syncDir(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}
