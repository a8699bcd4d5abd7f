// SPDX-License-Identifier: GPL-3.0-or-later
// What every fuzz target offers: libFuzzer calls it, and so does fuzz-driver.c in the suite.
#pragma once

#include <glib.h>
#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);
