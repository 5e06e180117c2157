// The frame that the pages of a handbook on a disk share.
"use strict";
globalThis.HandbookPlan.store.serve();
