// Package httprepo is the classic kind of repository: a folder of a web server
// with packages in it and an index.yaml that tells of them. A public bucket that
// has no index is read by its listing.
//
// Packages lie where the index says, as Helm reads it: an address that is not
// complete is one beside the index. None may lead up and out of a folder, and
// none at another origin gets the credential.
//
// New packages are uploaded by PUT, as WebDAV and stores of artifacts take them,
// and told of in the index. What somebody else changes at the same time is kept
// where the server heeds If-Match; elsewhere only the uploads of one Repository
// wait for one another.
package httprepo
