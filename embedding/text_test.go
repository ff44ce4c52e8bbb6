package embedding

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestText(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ title, description, want string }{
		{"OOM kill", "Raise the limit.", "OOM kill. Raise the limit."},
		{"  OOM\tkill\n", "\r\n Raise \u00a0 the\u2003limit. ", "OOM kill. Raise the limit."},
		{"OOM kill", "", "OOM kill"},
		{"OOM kill", " \n", "OOM kill"},
		{"", "Raise the limit.", "Raise the limit."},
		{"", "", ""},
	} {
		require.Equal(t, tt.want, Text(tt.title, tt.description))
	}
}

func TestTextHash(t *testing.T) {
	t.Parallel()
	require.Equal(t, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", TextHash(""))
	require.Equal(t, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", TextHash("abc"))
}

// What counts is the words: any white space between them gives the same text,
// and so the same hash and the same vector.
func TestTextIgnoresWhiteSpace(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOfN(rapid.StringMatching(`[a-zA-Z0-9é中.]{1,8}`), 1, 6).Draw(t, "words")
		blank := rapid.StringMatching(`[ \t\n\r]{1,3}`)
		var spaced strings.Builder
		for _, w := range words {
			spaced.WriteString(blank.Draw(t, "blank") + w)
		}
		plain := strings.Join(words, " ")
		require.Equal(t, Text(plain, plain), Text(spaced.String(), spaced.String()+" "))
		require.Equal(t, plain, NormaliseQuery(spaced.String()))
		require.Equal(t, plain, NormaliseQuery(plain), "normalising twice changes nothing")
	})
}

func TestCheckTexts(t *testing.T) {
	t.Parallel()
	require.NoError(t, CheckTexts(nil))
	require.NoError(t, CheckTexts([]string{"pod", "\xff", strings.Repeat("x", MaxTextBytes)}))
	for name, text := range map[string]string{"empty": "", "blank": "\t\u00a0 ", "too long": strings.Repeat("x", MaxTextBytes+1)} {
		err := CheckTexts([]string{"pod", text})
		require.ErrorIs(t, err, ErrRejected, name)
		require.ErrorContains(t, err, "text 1", name)
	}
}
