// The demo's two migrations, written as a team would write them: nothing here knows the catalogue.
#pragma once

#include <drift/drift.hpp>

namespace demo {

// Changes the items of Albums: the artist becomes a map, the tracks' lengths ("4:33") become seconds, the year and the
// playing time get attributes of their own, the ledger's 38 digits are counted up, and the genres get a member.
drift::Migration restructure_albums();

// Writes the second table: every album that is for sale into Shelf, which is ordered by artist and day. Reads albums
// as restructure_albums leaves them.
drift::Migration fill_shelf();

}  // namespace demo
