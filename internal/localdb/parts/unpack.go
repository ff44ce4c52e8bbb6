package parts

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// ErrUnsafeArchive reports an archive member that would land, or point, outside
// of the folder that it is unpacked into.
var ErrUnsafeArchive = errors.New("unsafe archive member")

// maxMember bounds the size of one unpacked file.
const maxMember = 256 << 20

// unpack extracts the members of a zip archive that match one of the patterns
// into the new folder dir. Folders become 0755, files 0755 when the archive
// calls them executable and 0644 otherwise. A pattern is one of [path.Match],
// or ends in /** for all below. An archive that has no member for any pattern
// is an error.
func unpack(archive, dir string, keep []string) error {
	zr, err := zip.OpenReader(archive)
	if err != nil {
		return fmt.Errorf("open %s: %w", filepath.Base(archive), err)
	}
	defer func() { _ = zr.Close() }()
	if err := os.Mkdir(dir, 0o755); err != nil { //nolint:gosec // another user must be able to read it
		return err
	}
	// Root refuses to leave dir, through names as well as through symbolic links.
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }()

	count := 0
	for _, member := range zr.File {
		if member.FileInfo().IsDir() || !matches(keep, member.Name) {
			continue
		}
		if err := unpackMember(root, member); err != nil {
			return fmt.Errorf("%s: %w", filepath.Base(archive), err)
		}
		count++
	}
	if count == 0 {
		return fmt.Errorf("%s holds none of the wanted files", filepath.Base(archive))
	}
	return openFolders(root)
}

// openFolders makes all folders readable by everybody, whatever the umask says.
func openFolders(root *os.Root) error {
	return fs.WalkDir(root.FS(), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.IsDir() {
			return err
		}
		return root.Chmod(name, 0o755)
	})
}

func matches(keep []string, name string) bool {
	for _, pattern := range keep {
		if below, ok := strings.CutSuffix(pattern, "**"); ok && strings.HasPrefix(name, below) {
			return true
		}
		if ok, err := path.Match(pattern, name); err == nil && ok {
			return true
		}
	}
	return false
}

func unpackMember(root *os.Root, member *zip.File) error {
	if !filepath.IsLocal(member.Name) {
		return fmt.Errorf("%w: %q", ErrUnsafeArchive, member.Name)
	}
	if err := root.MkdirAll(path.Dir(member.Name), 0o755); err != nil {
		return err
	}
	src, err := member.Open()
	if err != nil {
		return fmt.Errorf("%s: %w", member.Name, err)
	}
	defer func() { _ = src.Close() }()

	switch mode := member.Mode(); {
	case mode.IsRegular():
		return writeFile(root, member.Name, src, mode)
	case mode&fs.ModeType == fs.ModeSymlink:
		return writeSymlink(root, member.Name, src)
	default:
		return fmt.Errorf("%w: %q is neither a file nor a link", ErrUnsafeArchive, member.Name)
	}
}

func writeFile(root *os.Root, name string, src io.Reader, mode fs.FileMode) error {
	perm := fs.FileMode(0o644)
	if mode.Perm()&0o111 != 0 {
		perm = 0o755
	}
	dst, err := root.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, perm)
	if err != nil {
		return err
	}
	n, err := io.Copy(dst, io.LimitReader(src, maxMember+1))
	if err == nil && n > maxMember {
		err = fmt.Errorf("larger than %d bytes", maxMember)
	}
	if err == nil {
		err = dst.Chmod(perm) // whatever the umask says
	}
	if err := errors.Join(err, dst.Close()); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

func writeSymlink(root *os.Root, name string, src io.Reader) error {
	target, err := io.ReadAll(io.LimitReader(src, 4096))
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if path.IsAbs(string(target)) || !filepath.IsLocal(path.Join(path.Dir(name), string(target))) {
		return fmt.Errorf("%w: link %q to %q", ErrUnsafeArchive, name, target)
	}
	return root.Symlink(string(target), name)
}
