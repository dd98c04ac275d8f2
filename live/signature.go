package live

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// How a webhook shows that a body is from who knows the secret, and was not sent long ago.

// SignatureHeader is the header with the signature of a body:
//
//	Segment-Signature: t=1767225600,v1=9f86d0...
//
// Here t is when it was sent, in seconds of the Unix epoch, and v1 is the HMAC-SHA-256 with the
// secret, in hexadecimal digits, over what t says, a point, and the body as it was sent. There
// may be several v1, by several secrets; one of them must be right. In a shell:
//
//	printf '%s.%s' "$t" "$body" | openssl dgst -sha256 -hmac "$secret"
const SignatureHeader = "Segment-Signature"

// ErrSignature: a body is not signed, or not by who knows the secret, or was signed too long
// ago.
var ErrSignature = errors.New("live: the signature does not fit")

// sign returns the signature of a body at an instant, by each of the secrets.
func sign(body []byte, at time.Time, secrets ...[]byte) string {
	t := strconv.FormatInt(at.Unix(), 10)
	parts := []string{"t=" + t}
	for _, secret := range secrets {
		parts = append(parts, "v1="+hex.EncodeToString(mac(secret, t, body)))
	}
	return strings.Join(parts, ",")
}

func mac(secret []byte, t string, body []byte) []byte {
	m := hmac.New(sha256.New, secret)
	m.Write([]byte(t))
	m.Write([]byte("."))
	m.Write(body)
	return m.Sum(nil)
}

// Verify is for the receiver of a webhook: it checks the [SignatureHeader] of a request
// against its body, read as it came and not parsed and written again. It must have been signed
// with one of the secrets, several of which are good while one replaces another, and no longer
// before or after now than the tolerance, 0 for five minutes. Errors are [ErrSignature] and say
// what does not fit.
func Verify(header string, body []byte, now time.Time, tolerance time.Duration, secrets ...[]byte) error {
	if tolerance <= 0 {
		tolerance = 5 * time.Minute
	}
	var t string
	var macs [][]byte
	for part := range strings.SplitSeq(header, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		switch name {
		case "t":
			t = value
		case "v1":
			if m, err := hex.DecodeString(value); err == nil {
				macs = append(macs, m)
			}
		}
	}
	seconds, err := strconv.ParseInt(t, 10, 64)
	if err != nil || len(macs) == 0 {
		return fmt.Errorf("%w: %s should be t=<seconds>,v1=<digits>, and is %q", ErrSignature, SignatureHeader, header)
	}
	if !signedBy(macs, t, body, secrets) {
		return fmt.Errorf("%w: the body was signed with another secret, or was changed", ErrSignature)
	}
	if off := now.Sub(time.Unix(seconds, 0)); off.Abs() > tolerance {
		return fmt.Errorf("%w: the body was signed %v away from now, and may be %v", ErrSignature, off, tolerance)
	}
	return nil
}

// signedBy reports whether one of the secrets made one of the signatures.
func signedBy(macs [][]byte, t string, body []byte, secrets [][]byte) bool {
	fits := false
	for _, secret := range secrets {
		want := mac(secret, t, body)
		for _, m := range macs {
			fits = hmac.Equal(m, want) || fits
		}
	}
	return fits && len(secrets) > 0
}
