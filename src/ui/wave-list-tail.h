// SPDX-License-Identifier: GPL-3.0-or-later
// The end of a long list: a GListModel of the last items of another. Main thread.
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define WAVE_TYPE_LIST_TAIL (wave_list_tail_get_type ())
G_DECLARE_FINAL_TYPE (WaveListTail, wave_list_tail, WAVE, LIST_TAIL, GObject)

/* So many items show at first, and while the end is followed not many more: a list view of GTK holds two hundred rows, fills and styles them, for the dozen that
 * are seen. */
#define WAVE_LIST_TAIL_LEAST 48

/*
 * While it follows the end (at first it does), the first items go as others come at the end. Else nothing goes.
 */
WaveListTail *wave_list_tail_new (void);
/* @source: (nullable). Begins anew, with the last items. */
void wave_list_tail_set_source (WaveListTail *tail, GListModel *source);
void wave_list_tail_set_following (WaveListTail *tail, gboolean following);
/* Shows @n more in front; while it follows the end it keeps that many. Returns: FALSE when all show already */
gboolean wave_list_tail_extend (WaveListTail *tail, guint n);
/* So many items of the source are in front of those that show. */
guint wave_list_tail_get_n_hidden (WaveListTail *tail);
/* Shows the item at @position of the source, and some in front of it. Returns: its position in the tail */
guint wave_list_tail_include (WaveListTail *tail, guint position);

G_END_DECLS
