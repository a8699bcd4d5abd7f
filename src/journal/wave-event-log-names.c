// SPDX-License-Identifier: GPL-3.0-or-later
// What an event log knows of types, rooms and participants: a number for each, and how they are called.
#include "config.h"

#include "journal/wave-event-log-private.h"

#include <string.h>

#include "protocol/wave-intern.h"

static void
name_free (gpointer data)
{
  WaveLogName *name = data;

  if (name != NULL)
    {
      wave_intern_release (name->id);
      g_free (name->name);
      g_free (name);
    }
}

void
wave_log_names_init (WaveLogNames *names)
{
  names->list = g_ptr_array_new_with_free_func (name_free);
  g_ptr_array_add (names->list, NULL);
  names->by_id = g_hash_table_new (g_str_hash, g_str_equal);
}

void
wave_log_names_clear (WaveLogNames *names)
{
  g_ptr_array_unref (names->list);
  g_hash_table_unref (names->by_id);
}

WaveLogName *
wave_log_get_name (WaveEventLog *self, WaveLogNamesKind kind, guint n)
{
  WaveLogName *name = NULL;

  g_mutex_lock (&self->lock);
  if (n > 0 && n < self->names[kind].list->len)
    name = self->names[kind].list->pdata[n];
  g_mutex_unlock (&self->lock);
  return name;
}

guint
wave_log_number (WaveEventLog *self, WaveLogNamesKind kind, const char *id, WaveEventKind event_kind)
{
  WaveLogNames *names = &self->names[kind];
  guint limit = kind == WAVE_LOG_TYPES ? 0xffff : 0xffffff;
  guint n;

  if (id == NULL)
    return 0;
  g_mutex_lock (&self->lock);
  n = GPOINTER_TO_UINT (g_hash_table_lookup (names->by_id, id));
  if (n == 0 && names->list->len <= limit)
    {
      WaveLogName *name = g_new0 (WaveLogName, 1);

      name->id = wave_intern (id, strlen (id));
      name->kind = event_kind;
      name->number = n = names->list->len;
      g_ptr_array_add (names->list, name);
      g_hash_table_insert (names->by_id, (gpointer) name->id, GUINT_TO_POINTER (n));
    }
  g_mutex_unlock (&self->lock);
  return n;
}

WaveLogName *
wave_log_name_of (WaveEventLog *self, WaveLogNamesKind kind, const char *id, WaveEventKind event_kind)
{
  WaveLogNames *names = &self->names[kind];
  gsize address = GPOINTER_TO_SIZE (id) >> 4;
  guint slot = (address ^ address >> 8) & (WAVE_LOG_NAME_SLOTS - 1);
  WaveLogName *name;

  if (id == NULL)
    return NULL;
  if (names->slots[slot].id == id)
    return names->slots[slot].name;
  name = wave_log_get_name (self, kind, wave_log_number (self, kind, id, event_kind));
  /* The pointer is that text for ever: the name holds it, or it is one of the catalogue. */
  if (name != NULL && (name->id == id || (kind == WAVE_LOG_TYPES && event_kind != WAVE_EVENT_UNKNOWN)))
    {
      names->slots[slot].id = id;
      names->slots[slot].name = name;
    }
  return name;
}

void
wave_log_set_name (WaveEventLog *self, WaveLogNamesKind kind, const char *id, const char *text, gboolean is_ai)
{
  WaveLogName *name = wave_log_get_name (self, kind, wave_log_number (self, kind, id, WAVE_EVENT_UNKNOWN));

  if (name == NULL)
    return;
  g_mutex_lock (&self->lock);
  if (g_strcmp0 (name->name, text) != 0)
    {
      /* Somebody may be looking at the old one. */
      if (name->name != NULL)
        g_ptr_array_add (self->old_names, name->name);
      g_atomic_pointer_set (&name->name, g_strdup (text));
    }
  if (is_ai)
    g_atomic_int_set (&name->is_ai, TRUE);
  g_mutex_unlock (&self->lock);
}

void
wave_event_log_set_room_name (WaveEventLog *self, const char *room_id, const char *name)
{
  g_return_if_fail (WAVE_IS_EVENT_LOG (self) && room_id != NULL);

  wave_log_set_name (self, WAVE_LOG_ROOMS, room_id, name, FALSE);
}

void
wave_event_log_set_participant (WaveEventLog *self, const char *participant_id, const char *name, gboolean is_ai)
{
  g_return_if_fail (WAVE_IS_EVENT_LOG (self) && participant_id != NULL);

  wave_log_set_name (self, WAVE_LOG_SENDERS, participant_id, name, is_ai);
}

static const char *
get_name (WaveEventLog *self, WaveLogNamesKind kind, const char *id)
{
  const char *name = NULL;
  guint n;

  g_mutex_lock (&self->lock);
  n = GPOINTER_TO_UINT (g_hash_table_lookup (self->names[kind].by_id, id));
  if (n > 0)
    name = g_atomic_pointer_get (&((WaveLogName *) self->names[kind].list->pdata[n])->name);
  g_mutex_unlock (&self->lock);
  return name;
}

const char *
wave_event_log_get_room_name (WaveEventLog *self, const char *room_id)
{
  g_return_val_if_fail (WAVE_IS_EVENT_LOG (self) && room_id != NULL, NULL);

  return get_name (self, WAVE_LOG_ROOMS, room_id);
}

const char *
wave_event_log_get_participant_name (WaveEventLog *self, const char *participant_id)
{
  g_return_val_if_fail (WAVE_IS_EVENT_LOG (self) && participant_id != NULL, NULL);

  return get_name (self, WAVE_LOG_SENDERS, participant_id);
}

void
wave_event_log_complete_values (const char *key, const char *prefix, WaveFilterAddFunc add, gpointer add_data, gpointer log)
{
  WaveEventLog *self = log;
  WaveLogNames *names = g_str_equal (key, "room")   ? &self->names[WAVE_LOG_ROOMS]
                        : g_str_equal (key, "from") ? &self->names[WAVE_LOG_SENDERS]
                        : g_str_equal (key, "type") ? &self->names[WAVE_LOG_TYPES]
                                                    : NULL;
  g_autoptr (GPtrArray) copy = g_ptr_array_new ();

  if (names == NULL)
    return;
  g_mutex_lock (&self->lock);
  for (guint i = 1; i < names->list->len; i++)
    g_ptr_array_add (copy, names->list->pdata[i]);
  g_mutex_unlock (&self->lock);
  for (guint i = 0; i < copy->len; i++)
    {
      WaveLogName *name = copy->pdata[i];

      if (*name->id != '\0')
        add (name->id, g_atomic_pointer_get (&name->name), add_data);
    }
}
