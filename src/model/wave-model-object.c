// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "model/wave-model-object.h"

#include "protocol/wave-text.h"

#define MAX_MARKS 8
/* What a step of many events changes, as a rule: the list of it does not grow from nothing each time. */
#define FEW_OBJECTS 128

G_DEFINE_ABSTRACT_TYPE (WaveModelObject, wave_model_object, G_TYPE_OBJECT)

/* Of the thread, so that a test may drive a tenant on a thread of its own. */
static _Thread_local GPtrArray *pending;
static _Thread_local guint depth;

static void
wave_model_object_class_init (WaveModelObjectClass *klass)
{
}

static void
wave_model_object_init (WaveModelObject *self)
{
}

static void
flush_object (WaveModelObject *object)
{
  guint32 dirty = object->dirty;

  object->dirty = 0;
  for (guint prop = 1; dirty >> prop != 0; prop++)
    if (dirty & (1u << prop))
      g_object_notify_by_pspec (G_OBJECT (object), object->props[prop]);
}

void
wave_model_begin (void)
{
  depth++;
}

void
wave_model_end (void)
{
  g_assert (depth > 0);
  depth--;
  while (depth == 0 && pending != NULL && pending->len > 0)
    {
      /* A handler may call back into the model: it finds an empty queue. */
      g_autoptr (GPtrArray) taken = g_steal_pointer (&pending);

      for (guint i = 0; i < taken->len; i++)
        flush_object (taken->pdata[i]);
    }
  if (depth == 0)
    g_clear_pointer (&pending, g_ptr_array_unref);
}

void
wave_model_mark (gpointer object, guint prop)
{
  WaveModelObject *self = object;

  g_assert (prop < 32);
  if (depth == 0)
    {
      g_object_notify_by_pspec (object, self->props[prop]);
      return;
    }
  if (self->dirty == 0)
    {
      if (pending == NULL)
        pending = g_ptr_array_new_full (FEW_OBJECTS, g_object_unref);
      g_ptr_array_add (pending, g_object_ref (object));
    }
  self->dirty |= 1u << prop;
}

gboolean
wave_model_set_string (gpointer object, char **field, const char *value, guint prop)
{
  if (!g_set_str (field, value))
    return FALSE;
  wave_model_mark (object, prop);
  return TRUE;
}

char *
wave_model_one_line (const char *text, guint max_chars)
{
  g_autoptr (GString) line = g_string_new (NULL);
  guint chars = 0;
  guint marks = 0;
  gunichar before = 0;
  gboolean space = FALSE;

  for (const char *p = text; p != NULL && *p != '\0' && chars < max_chars; p = g_utf8_next_char (p))
    {
      gunichar last = before;
      gunichar c;

      /* Most text is made of such runs. */
      if (*p > ' ' && *p < 0x7f && !space)
        {
          const char *end = p + 1;

          while (*end > ' ' && *end < 0x7f && chars + (end - p) < max_chars)
            end++;
          g_string_append_len (line, p, end - p);
          chars += end - p;
          p = end - 1;
          before = *p;
          marks = 0;
          continue;
        }
      c = g_utf8_get_char (p);
      if (g_unichar_isspace (c) || c == 0x2028 || c == 0x2029)
        {
          space = line->len > 0;
          continue;
        }
      /* What cannot be seen, or changes how its neighbours are laid out, has no place in a single line of a list; joiners are part of emoji and of
       * some scripts. */
      before = c;
      if (wave_text_is_deceptive (c) && !wave_text_joins (last, c, g_utf8_get_char (g_utf8_next_char (p))))
        continue;
      /* A stack of marks reaches into the rows above; no script needs more than a few. */
      marks = c >= 0x300 && g_unichar_ismark (c) ? marks + 1 : 0;
      if (marks > MAX_MARKS)
        continue;
      if (space)
        g_string_append_c (line, ' ');
      chars += space ? 2 : 1;
      space = FALSE;
      g_string_append_unichar (line, c);
    }
  return g_string_free (g_steal_pointer (&line), FALSE);
}

char *
wave_model_cut (const char *text, guint max_chars, gboolean *cut)
{
  const char *end = text;
  guint chars = 0;

  *cut = FALSE;
  if (text == NULL)
    return NULL;
  for (; *end != '\0' && chars < max_chars; end = g_utf8_next_char (end))
    chars++;
  if (*end == '\0')
    return g_strdup (text);
  *cut = TRUE;
  return g_strdup_printf ("%.*s…", (int)(end - text), text);
}

char *
wave_model_dup_shown_id (const char *id)
{
  g_autofree char *line = wave_model_one_line (id, 200);

  if (g_str_equal (line, id))
    return NULL;
  return *line != '\0' ? g_steal_pointer (&line) : g_strdup ("?");
}
