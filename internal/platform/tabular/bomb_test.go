package tabular_test

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"context"
	"hash/crc32"
	"testing"

	"grappe/internal/platform/errs"
	"grappe/internal/platform/tabular"
)

// bomb is an archive that looks like a workbook, whose sheet unpacks to so many bytes and says that it unpacks to others.
func bomb(t *testing.T, unpacked, said int) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for name, text := range map[string]string{
		"[Content_Types].xml":        `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>`,
		"_rels/.rels":                `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
		"xl/workbook.xml":            `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="A" sheetId="1" r:id="rId1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
	} {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	sheet := append([]byte(`<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>`), bytes.Repeat([]byte(" "), unpacked)...)
	var packed bytes.Buffer
	f, err := flate.NewWriter(&packed, flate.BestSpeed)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write(sheet); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	w, err := z.CreateRaw(&zip.FileHeader{
		Name: "xl/worksheets/sheet1.xml", Method: zip.Deflate, CRC32: crc32.ChecksumIEEE(sheet),
		CompressedSize64: uint64(packed.Len()), UncompressedSize64: uint64(said),
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(packed.Bytes()); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// A workbook that unpacks to more than is allowed is refused before it is unpacked, and of one that lies about it no more is read than it says.
func TestWorkbookBombs(t *testing.T) {
	for _, tt := range []struct {
		name           string
		unpacked, said int
		kind           errs.Kind
		key            string
	}{
		{"honest", 2 << 20, 2 << 20, errs.TooLarge, "tabular.workbook-too-large"},
		{"lying", 2 << 20, 10, errs.Invalid, "tabular.empty"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			data := bomb(t, tt.unpacked, tt.said)
			r, err := tabular.Open(context.Background(), "bombe.xlsx", bytes.NewReader(data), int64(len(data)), tabular.Options{MaxUnpacked: 1 << 20})
			if err == nil {
				_, err = r.Next()
				r.Close()
			}
			if e := errs.As(err); e == nil || e.Kind != tt.kind || e.Key != tt.key {
				t.Errorf("%v, want %s", err, tt.key)
			}
		})
	}
}
