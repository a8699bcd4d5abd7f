// SPDX-License-Identifier: GPL-3.0-or-later
// Under a sanitizer everything takes several times as long: loads are so many times smaller there, and deadlines so many times longer.
#pragma once

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define WAVE_SLOW 8
#else
#define WAVE_SLOW 1
#endif
