// SPDX-License-Identifier: GPL-3.0-or-later
// Private to model/: what the loaders, which ask REST, have in common.
#pragma once

#include <string.h>

#include "session/wave-session.h"

G_BEGIN_DECLS

/* Whether an answer is for nobody any more: who asked has stopped, or asked for another tenant. @cancellable: of who asked. @error: nullable */
static inline gboolean
wave_loader_is_void (GCancellable *cancellable, const GError *error)
{
  return g_cancellable_is_cancelled (cancellable) || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* @error: (nullable): then, and when it was cancelled, nothing is said */
static inline void
wave_loader_complain (const char *what, const GError *error)
{
  if (error != NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_debug ("%s: %s", what, error->message);
}

/* Asking again soon would bring the same. @error: nullable */
static inline gboolean
wave_loader_is_refusal (const GError *error)
{
  return g_error_matches (error, WAVE_SESSION_ERROR, WAVE_SESSION_ERROR_FORBIDDEN)
         || g_error_matches (error, WAVE_SESSION_ERROR, WAVE_SESSION_ERROR_NOT_FOUND);
}

/* An id that is no path segment is not asked about: it came from the wire. */
static inline gboolean
wave_loader_is_segment (const char *id)
{
  return *id != '\0' && strlen (id) <= 400 && !g_str_equal (id, ".") && !g_str_equal (id, "..");
}

/* (transfer full): @rest is taken as it is */
static inline char *
wave_loader_room_path (const char *room_id, const char *rest)
{
  g_autofree char *escaped = g_uri_escape_string (room_id, NULL, FALSE);

  return g_strdup_printf ("/v1/rooms/%s/%s", escaped, rest);
}

G_END_DECLS
