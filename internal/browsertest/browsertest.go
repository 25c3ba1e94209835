// Package browsertest runs the whole application in Chromium, over the fictional territory, and looks at it as people do:
// every kind of page in both languages, narrow and wide, light and dark, with and without scripts. It holds tests only,
// and must not know how a room makes its pages: it sees addresses, elements and what happens when one uses them.
//
// Variables of the environment: GRAPPE_TEST_NO_BROWSER=1 skips the tests where Chromium cannot be installed,
// GRAPPE_TEST_SCREENSHOTS=1 renews the pictures in docs/screenshots, GRAPPE_TEST_GALLERY=FOLDER writes a picture of every
// page there, to be looked at.
package browsertest
