// Package reference reads and prints what people and programs call a chart by. It
// is the one place that knows how references are written; it asks no
// repository and opens no file.
//
//	helm:HOST/BUCKET/NAME#VERSION   short; helm: may be left out, BUCKET may have
//	                                several parts or none, s3, gs and azblob are
//	                                hosts too, VERSION may be a range or missing
//	https://HOST/…/NAME-VERSION.tgz long: one package; gs://, s3:// and azblob:// too
//	oci://HOST/REPO/NAME:TAG        in a registry, by tag or by #RANGE
//	./PATH, ../PATH, /PATH, file:…  local, for the client alone
//	localchart/NAME#VERSION         uploaded
//	NAME#VERSION                    known only from a release that Helm made
//
// All but local ones may end in @sha256:HEX. A reference is printed in one way,
// however it was written: with helm:, its host in lower case, an exact version
// in a registry as its tag.
package reference
