// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * WaveJsonTree: JSON as a tree that is opened member by member, with search; every value can be copied, and so can the path to it.
 *
 * Signals: "follow" (a string value that may be the id of something); "activated" is not needed: Enter opens and closes.
 */
#define WAVE_TYPE_JSON_TREE (wave_json_tree_get_type ())
G_DECLARE_FINAL_TYPE (WaveJsonTree, wave_json_tree, WAVE, JSON_TREE, AdwBin)

/* Tells what an id stands for, to be shown beside it: a room's or a person's name. (transfer full) (nullable) */
typedef char *(*WaveJsonNameFunc) (const char *value, gpointer user_data);

GtkWidget *wave_json_tree_new (void);
/* @user_data must live as long as the tree, or until another one is set. */
void wave_json_tree_set_name_func (WaveJsonTree *tree, WaveJsonNameFunc func, gpointer user_data);
/* (nullable): what is shown until the next call. Bytes that are no JSON give a page that says so. */
void wave_json_tree_set_bytes (WaveJsonTree *tree, GBytes *bytes);
void wave_json_tree_focus_search (WaveJsonTree *tree);
/* How many values the search found; for tests. */
guint wave_json_tree_get_n_found (WaveJsonTree *tree);

G_END_DECLS
