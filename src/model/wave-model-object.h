// SPDX-License-Identifier: GPL-3.0-or-later
// Private to model/: the base of its objects. A storm changes one object hundreds of times in a batch and nobody can see more
// than one of these changes, so notifications are collected between wave_model_begin() and the outermost wave_model_end() and
// sent once a property.
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

typedef struct
{
  GObject parent_instance;
  GParamSpec **props; /* borrowed: of the class, set in init */
  guint32 dirty;      /* bit by property number; so at most 31 properties a class */
} WaveModelObject;

typedef struct
{
  GObjectClass parent_class;
} WaveModelObjectClass;

#define WAVE_TYPE_MODEL_OBJECT (wave_model_object_get_type ())
GType wave_model_object_get_type (void);

#define WAVE_MODEL_READ (G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY)

void wave_model_begin (void);
void wave_model_end (void);
/* The property numbered @prop of @object (a WaveModelObject) changed. */
void wave_model_mark (gpointer object, guint prop);

/* Compares, sets, marks. Returns: whether it changed. */
gboolean wave_model_set_string (gpointer object, char **field, const char *value, guint prop);

/* (transfer full): one line of at most @max_chars characters: runs of white space become one space, control, bidi and
 * zero-width characters go. */
char *wave_model_one_line (const char *text, guint max_chars);
/* (transfer full) (nullable): how an id that came from the wire is shown; NULL when it can be shown as it is */
char *wave_model_dup_shown_id (const char *id);
/* (transfer full) (nullable): @text cut at @max_chars characters; @cut tells whether it was too long */
char *wave_model_cut (const char *text, guint max_chars, gboolean *cut);

G_END_DECLS
