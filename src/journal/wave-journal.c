// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "journal/wave-journal.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/stat.h>

/* One row an event, in order of arrival; what repeats stands in `strings`. A durable event's key is unique, so that whatever comes twice is kept once; an edit (same id, other
 * content) has a key of its own and is_edit set. */
#define SCHEMA_VERSION 1
static const char schema[] =
    "CREATE TABLE meta (name TEXT PRIMARY KEY, value INTEGER) WITHOUT ROWID;"
    "CREATE TABLE strings (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);"
    "CREATE TABLE events (row INTEGER PRIMARY KEY, wall_us INTEGER NOT NULL, mono_us INTEGER NOT NULL, position INTEGER, via INTEGER NOT NULL,"
    " kind INTEGER NOT NULL, type INTEGER NOT NULL, room INTEGER, sender INTEGER, key TEXT, hash INTEGER NOT NULL, is_edit INTEGER NOT NULL, raw BLOB NOT NULL);"
    "CREATE UNIQUE INDEX events_key ON events (key) WHERE key IS NOT NULL;"
    "CREATE INDEX events_position ON events (position) WHERE position IS NOT NULL;"
    "CREATE INDEX events_room ON events (room, row) WHERE room IS NOT NULL AND position IS NOT NULL;"
    "CREATE TABLE redactions (target TEXT PRIMARY KEY) WITHOUT ROWID;"
    "CREATE TABLE transitions (row INTEGER PRIMARY KEY, wall_us INTEGER NOT NULL, state TEXT NOT NULL, cause TEXT NOT NULL, close_code INTEGER,"
    " http_status INTEGER, reason TEXT, fetched INTEGER, pages INTEGER, complete INTEGER);"
    "PRAGMA user_version = 1;";

/* How long a failed write waits before it is tried again. */
#define RETRY_US (G_USEC_PER_SEC)

enum { STMT_STRING_FIND, STMT_STRING_ADD, STMT_EVENT, STMT_HASH, STMT_TRANSITION, STMT_META, STMT_REDACT_FIND, STMT_REDACT, STMT_REDACTION, N_STMTS };
static const char *const statements[N_STMTS] = {
  [STMT_STRING_FIND] = "SELECT id FROM strings WHERE text = ?1",
  [STMT_STRING_ADD] = "INSERT INTO strings (text) VALUES (?1)",
  [STMT_EVENT] = "INSERT OR IGNORE INTO events (wall_us, mono_us, position, via, kind, type, room, sender, key, hash, is_edit, raw)"
                 " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
  [STMT_HASH] = "SELECT hash FROM events WHERE key = ?1",
  [STMT_TRANSITION] = "INSERT INTO transitions (wall_us, state, cause, close_code, http_status, reason, fetched, pages, complete)"
                      " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
  [STMT_META] = "INSERT INTO meta VALUES ('cursor', ?1) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
  [STMT_REDACT_FIND] = "SELECT row, raw FROM events WHERE key = ?1 OR (is_edit = 1 AND key >= ?1 || char(31) AND key < ?1 || char(32))",
  [STMT_REDACT] = "UPDATE events SET raw = ?2 WHERE row = ?1",
  [STMT_REDACTION] = "INSERT OR IGNORE INTO redactions VALUES (?1)",
};

struct _WaveJournal
{
  GObject parent_instance;

  char *path;
  GThread *thread;

  GMutex lock; /* guards what follows */
  GCond changed;
  GQueue queue; /* of WaveBatch */
  gboolean busy;
  gboolean closing;
  gint64 cursor;
  WaveJournalStatus status;
  WaveJournalFailureFunc failure_func;
  gpointer failure_data;

  /* The journal's thread only, once it runs. */
  sqlite3 *db;
  sqlite3_stmt *stmts[N_STMTS];
  GHashTable *string_ids; /* text → id */
  GHashTable *redacted;   /* ids of events whose content must not be kept */
};

G_DEFINE_FINAL_TYPE (WaveJournal, wave_journal, G_TYPE_OBJECT)

static gboolean
db_failed (sqlite3 *db, const char *path, GError **error)
{
  g_set_error (error, WAVE_JOURNAL_ERROR, WAVE_JOURNAL_ERROR_DISK, "The journal %s: %s", path, db != NULL ? sqlite3_errmsg (db) : "out of memory");
  return FALSE;
}

char *
wave_journal_path_for (const char *data_dir, const char *server, const char *tenant_id)
{
  g_autofree char *own_dir = data_dir == NULL ? g_build_filename (g_get_user_data_dir (), "wavescope", "journals", NULL) : NULL;
  g_autofree char *both = g_strdup_printf ("%s\n%s", server, tenant_id != NULL ? tenant_id : "");
  g_autofree char *sum = g_compute_checksum_for_string (G_CHECKSUM_SHA256, both, -1);
  g_autofree char *name = g_strdup_printf ("%.32s.journal", sum);

  return g_build_filename (data_dir != NULL ? data_dir : own_dir, name, NULL);
}

/* ---------------------------------------------------------------- writing: the journal's thread */

static gint64
string_id (WaveJournal *self, const char *text)
{
  gpointer known = g_hash_table_lookup (self->string_ids, text);
  sqlite3_stmt *stmt;
  gint64 id = 0;

  if (known != NULL)
    return GPOINTER_TO_SIZE (known);
  stmt = self->stmts[STMT_STRING_FIND];
  sqlite3_bind_text (stmt, 1, text, -1, SQLITE_STATIC);
  if (sqlite3_step (stmt) == SQLITE_ROW)
    id = sqlite3_column_int64 (stmt, 0);
  sqlite3_reset (stmt);
  if (id == 0)
    {
      stmt = self->stmts[STMT_STRING_ADD];
      sqlite3_bind_text (stmt, 1, text, -1, SQLITE_STATIC);
      if (sqlite3_step (stmt) == SQLITE_DONE)
        id = sqlite3_last_insert_rowid (self->db);
      sqlite3_reset (stmt);
    }
  /* A server that invents names without end must not make this grow without end. */
  if (g_hash_table_size (self->string_ids) > 65536)
    g_hash_table_remove_all (self->string_ids);
  g_hash_table_insert (self->string_ids, g_strdup (text), GSIZE_TO_POINTER (id));
  return id;
}

/* What is left of a redacted event: everything but what it said. */
static GBytes *
make_skeleton (const char *raw, gsize size)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  JsonObject *object;
  static const char *const kept[] = { "type", "event_type", "id", "room_id", "tenant_id", "ts", "sender_id", "stream_position", "origin_ts", "created_at" };
  char *text;

  if (!json_parser_load_from_data (parser, raw, size, NULL) || !JSON_NODE_HOLDS_OBJECT (json_parser_get_root (parser)))
    return g_bytes_new_static ("{}", 2);
  object = json_node_get_object (json_parser_get_root (parser));
  json_builder_begin_object (builder);
  for (guint i = 0; i < G_N_ELEMENTS (kept); i++)
    if (json_object_has_member (object, kept[i]))
      {
        json_builder_set_member_name (builder, kept[i]);
        json_builder_add_value (builder, json_node_copy (json_object_get_member (object, kept[i])));
      }
  json_builder_set_member_name (builder, "redacted_at");
  json_builder_add_string_value (builder, "1970-01-01T00:00:00Z");
  json_builder_set_member_name (builder, "content");
  json_builder_begin_object (builder);
  json_builder_end_object (builder);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  text = json_to_string (root, FALSE);
  return g_bytes_new_take (text, strlen (text));
}

static gboolean
redact (WaveJournal *self, const char *target)
{
  sqlite3_stmt *find = self->stmts[STMT_REDACT_FIND];
  sqlite3_stmt *stmt = self->stmts[STMT_REDACTION];
  int result;

  sqlite3_bind_text (stmt, 1, target, -1, SQLITE_STATIC);
  result = sqlite3_step (stmt);
  sqlite3_reset (stmt);
  if (result != SQLITE_DONE)
    return FALSE;
  g_hash_table_add (self->redacted, g_strdup (target));

  sqlite3_bind_text (find, 1, target, -1, SQLITE_STATIC);
  while ((result = sqlite3_step (find)) == SQLITE_ROW)
    {
      g_autoptr (GBytes) skeleton = make_skeleton (sqlite3_column_blob (find, 1), sqlite3_column_bytes (find, 1));

      stmt = self->stmts[STMT_REDACT];
      sqlite3_bind_int64 (stmt, 1, sqlite3_column_int64 (find, 0));
      sqlite3_bind_blob64 (stmt, 2, g_bytes_get_data (skeleton, NULL), g_bytes_get_size (skeleton), SQLITE_STATIC);
      result = sqlite3_step (stmt);
      sqlite3_reset (stmt);
      if (result != SQLITE_DONE)
        break;
    }
  sqlite3_reset (find);
  return result == SQLITE_DONE;
}

static int
insert_event (WaveJournal *self, const WaveEvent *event, const char *key, guint64 hash, gboolean is_edit, GBytes *raw)
{
  sqlite3_stmt *stmt = self->stmts[STMT_EVENT];
  gint64 type = string_id (self, event->type);
  gint64 room = event->room_id != NULL ? string_id (self, event->room_id) : 0;
  gint64 sender = event->sender_id != NULL ? string_id (self, event->sender_id) : 0;
  int result;

  sqlite3_clear_bindings (stmt);
  sqlite3_bind_int64 (stmt, 1, event->arrived_wall_us);
  sqlite3_bind_int64 (stmt, 2, event->arrived_mono_us);
  if (wave_event_is_durable (event))
    sqlite3_bind_int64 (stmt, 3, event->position);
  sqlite3_bind_int (stmt, 4, event->via);
  sqlite3_bind_int (stmt, 5, event->kind);
  sqlite3_bind_int64 (stmt, 6, type);
  if (room != 0)
    sqlite3_bind_int64 (stmt, 7, room);
  if (sender != 0)
    sqlite3_bind_int64 (stmt, 8, sender);
  if (key != NULL)
    sqlite3_bind_text (stmt, 9, key, -1, SQLITE_STATIC);
  sqlite3_bind_int64 (stmt, 10, (gint64) hash);
  sqlite3_bind_int (stmt, 11, is_edit);
  sqlite3_bind_blob64 (stmt, 12, g_bytes_get_data (raw, NULL), g_bytes_get_size (raw), SQLITE_STATIC);
  result = sqlite3_step (stmt);
  sqlite3_reset (stmt);
  return result;
}

static gboolean
is_known_otherwise (WaveJournal *self, const char *key, guint64 hash)
{
  sqlite3_stmt *stmt = self->stmts[STMT_HASH];
  gboolean differs = FALSE;

  sqlite3_bind_text (stmt, 1, key, -1, SQLITE_STATIC);
  if (sqlite3_step (stmt) == SQLITE_ROW)
    {
      guint64 stored = (guint64) sqlite3_column_int64 (stmt, 0);

      differs = stored != 0 && hash != 0 && stored != hash;
    }
  sqlite3_reset (stmt);
  return differs;
}

static gboolean
write_event (WaveJournal *self, const WaveEvent *event)
{
  g_autofree char *key = wave_event_is_durable (event) ? wave_event_dup_key (event) : NULL;
  guint64 hash = key != NULL ? wave_event_content_hash (event) : 0;
  g_autoptr (GBytes) raw = g_bytes_ref (event->raw);
  const WaveRedaction *redaction = WAVE_EVENT_PAYLOAD (event, WAVE_EVENT_REDACTION, WaveRedaction);

  if (event->id != NULL && g_hash_table_contains (self->redacted, event->id))
    {
      g_bytes_unref (raw);
      raw = make_skeleton (g_bytes_get_data (event->raw, NULL), g_bytes_get_size (event->raw));
    }
  if (insert_event (self, event, key, hash, FALSE, raw) != SQLITE_DONE)
    return FALSE;
  if (key != NULL && sqlite3_changes (self->db) == 0 && is_known_otherwise (self, key, hash))
    {
      g_autofree char *edit_key = g_strdup_printf ("%s\x1f%016" G_GINT64_MODIFIER "x", key, hash);

      if (insert_event (self, event, edit_key, hash, TRUE, raw) != SQLITE_DONE)
        return FALSE;
    }
  return redaction == NULL || redact (self, redaction->event_id);
}

static gboolean
write_transition (WaveJournal *self, const WaveTransition *transition)
{
  sqlite3_stmt *stmt = self->stmts[STMT_TRANSITION];
  int result;

  sqlite3_clear_bindings (stmt);
  sqlite3_bind_int64 (stmt, 1, transition->wall_us);
  sqlite3_bind_text (stmt, 2, wave_session_state_get_nick (transition->to), -1, SQLITE_STATIC);
  sqlite3_bind_text (stmt, 3, wave_cause_get_nick (transition->cause), -1, SQLITE_STATIC);
  sqlite3_bind_int (stmt, 4, transition->close_code);
  sqlite3_bind_int (stmt, 5, transition->http_status);
  if (transition->reason != NULL)
    sqlite3_bind_text (stmt, 6, transition->reason, -1, SQLITE_STATIC);
  if (transition->report != NULL)
    {
      sqlite3_bind_int (stmt, 7, transition->report->events);
      sqlite3_bind_int (stmt, 8, transition->report->pages);
      sqlite3_bind_int (stmt, 9, transition->report->complete);
    }
  result = sqlite3_step (stmt);
  sqlite3_reset (stmt);
  return result == SQLITE_DONE;
}

static gboolean
write_batch (WaveJournal *self, WaveBatch *batch)
{
  gboolean good = sqlite3_exec (self->db, "BEGIN IMMEDIATE", NULL, NULL, NULL) == SQLITE_OK;

  if (good && batch->transition != NULL)
    good = write_transition (self, batch->transition);
  for (guint i = 0; good && i < batch->events->len; i++)
    good = write_event (self, g_ptr_array_index (batch->events, i));
  if (good && batch->cursor >= 0)
    {
      sqlite3_bind_int64 (self->stmts[STMT_META], 1, batch->cursor);
      good = sqlite3_step (self->stmts[STMT_META]) == SQLITE_DONE;
      sqlite3_reset (self->stmts[STMT_META]);
    }
  if (good)
    good = sqlite3_exec (self->db, "COMMIT", NULL, NULL, NULL) == SQLITE_OK;
  if (!good)
    {
      g_autofree char *why = g_strdup (sqlite3_errmsg (self->db));

      sqlite3_exec (self->db, "ROLLBACK", NULL, NULL, NULL);
      /* Ids given out in the transaction that was taken back are not there. */
      g_hash_table_remove_all (self->string_ids);
      g_mutex_lock (&self->lock);
      g_free (self->status.failure);
      self->status.failure = g_steal_pointer (&why);
      g_mutex_unlock (&self->lock);
    }
  return good;
}

static void
tell_failure (WaveJournal *self, gboolean failing)
{
  g_autofree char *failure = NULL;
  WaveJournalFailureFunc func;
  gpointer data;

  g_mutex_lock (&self->lock);
  if (self->status.failing == failing)
    {
      g_mutex_unlock (&self->lock);
      return;
    }
  self->status.failing = failing;
  if (!failing)
    g_clear_pointer (&self->status.failure, g_free);
  failure = g_strdup (self->status.failure);
  func = self->failure_func;
  data = self->failure_data;
  g_mutex_unlock (&self->lock);

  if (failing)
    g_message ("writing fails and will be tried again: %s", failure);
  if (func != NULL)
    func (failure, data);
}

static gpointer
journal_thread (gpointer user_data)
{
  WaveJournal *self = user_data;

  g_mutex_lock (&self->lock);
  for (;;)
    {
      WaveBatch *batch;
      gint64 started;
      gboolean good;

      while (self->queue.length == 0 && !self->closing)
        g_cond_wait (&self->changed, &self->lock);
      batch = g_queue_peek_head (&self->queue);
      if (batch == NULL)
        break;
      self->busy = TRUE;
      g_mutex_unlock (&self->lock);

      started = g_get_monotonic_time ();
      good = write_batch (self, batch);
      tell_failure (self, !good);

      g_mutex_lock (&self->lock);
      self->busy = FALSE;
      if (good)
        {
          g_queue_pop_head (&self->queue);
          self->status.backlog -= batch->events->len;
          self->status.events += batch->events->len;
          self->status.commits++;
          self->status.last_commit_us = g_get_monotonic_time () - started;
          if (batch->cursor >= 0)
            self->cursor = batch->cursor;
          wave_batch_unref (batch);
          if (self->queue.length == 0)
            g_cond_broadcast (&self->changed);
        }
      else if (self->closing)
        break; /* What cannot be written before the end is fetched again: the cursor is not ahead of it. */
      else
        g_cond_wait_until (&self->changed, &self->lock, g_get_monotonic_time () + RETRY_US);
    }
  self->closing = TRUE;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
  return NULL;
}

/* ---------------------------------------------------------------- opening and closing */

static sqlite3 *
open_db (const char *path, int flags, GError **error)
{
  sqlite3 *db = NULL;

  if (sqlite3_open_v2 (path, &db, flags | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
    {
      db_failed (db, path, error);
      sqlite3_close (db);
      return NULL;
    }
  sqlite3_busy_timeout (db, 5000);
  return db;
}

static gint64
query_int (sqlite3 *db, const char *sql, gint64 otherwise)
{
  sqlite3_stmt *stmt = NULL;
  gint64 value = otherwise;

  if (sqlite3_prepare_v2 (db, sql, -1, &stmt, NULL) == SQLITE_OK && sqlite3_step (stmt) == SQLITE_ROW && sqlite3_column_type (stmt, 0) != SQLITE_NULL)
    value = sqlite3_column_int64 (stmt, 0);
  sqlite3_finalize (stmt);
  return value;
}

static gboolean
check_text (sqlite3 *db, const char *sql, const char *expected)
{
  sqlite3_stmt *stmt = NULL;
  gboolean good = sqlite3_prepare_v2 (db, sql, -1, &stmt, NULL) == SQLITE_OK && sqlite3_step (stmt) == SQLITE_ROW
                  && g_strcmp0 ((const char *) sqlite3_column_text (stmt, 0), expected) == 0;

  sqlite3_finalize (stmt);
  return good;
}

/* Returns: FALSE when the file is no sound journal */
static gboolean
prepare_db (WaveJournal *self, GError **error)
{
  gint64 version;

  sqlite3_exec (self->db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -8192;", NULL, NULL, NULL);
  version = query_int (self->db, "PRAGMA user_version", -1);
  if (version == 0 && query_int (self->db, "SELECT count(*) FROM sqlite_schema", -1) == 0)
    {
      if (sqlite3_exec (self->db, "BEGIN IMMEDIATE", NULL, NULL, NULL) != SQLITE_OK || sqlite3_exec (self->db, schema, NULL, NULL, NULL) != SQLITE_OK
          || sqlite3_exec (self->db, "COMMIT", NULL, NULL, NULL) != SQLITE_OK)
        return db_failed (self->db, self->path, error);
    }
  else if (version != SCHEMA_VERSION)
    {
      g_set_error (error, WAVE_JOURNAL_ERROR, WAVE_JOURNAL_ERROR_DAMAGED, "%s is no journal of this version", self->path);
      return FALSE;
    }
  else if (!check_text (self->db, "PRAGMA quick_check (1)", "ok"))
    {
      g_set_error (error, WAVE_JOURNAL_ERROR, WAVE_JOURNAL_ERROR_DAMAGED, "%s is damaged", self->path);
      return FALSE;
    }
  for (guint i = 0; i < N_STMTS; i++)
    if (sqlite3_prepare_v3 (self->db, statements[i], -1, SQLITE_PREPARE_PERSISTENT, &self->stmts[i], NULL) != SQLITE_OK)
      return db_failed (self->db, self->path, error);
  return TRUE;
}

static void
close_db (WaveJournal *self)
{
  for (guint i = 0; i < N_STMTS; i++)
    g_clear_pointer (&self->stmts[i], sqlite3_finalize);
  g_clear_pointer (&self->db, sqlite3_close);
}

static char *
set_aside_file (const char *path)
{
  static const char *const parts[] = { "", "-wal", "-shm" };
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *stamp = g_date_time_format (now, "%Y%m%d-%H%M%S");
  char *aside = g_strdup_printf ("%s.damaged-%s", path, stamp);

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      g_autofree char *from = g_strconcat (path, parts[i], NULL);
      g_autofree char *to = g_strconcat (aside, parts[i], NULL);

      g_rename (from, to);
    }
  return aside;
}

static void
load_redactions (WaveJournal *self)
{
  sqlite3_stmt *stmt = NULL;

  if (sqlite3_prepare_v2 (self->db, "SELECT target FROM redactions", -1, &stmt, NULL) == SQLITE_OK)
    while (sqlite3_step (stmt) == SQLITE_ROW)
      g_hash_table_add (self->redacted, g_strdup ((const char *) sqlite3_column_text (stmt, 0)));
  sqlite3_finalize (stmt);
}

WaveJournal *
wave_journal_open (const char *path, char **set_aside, GError **error)
{
  g_autoptr (WaveJournal) self = NULL;
  g_autofree char *dir = NULL;
  g_autoptr (GError) fault = NULL;
  int fd;

  g_return_val_if_fail (path != NULL, NULL);

  self = g_object_new (WAVE_TYPE_JOURNAL, NULL);
  dir = g_path_get_dirname (path);
  self->path = g_strdup (path);
  if (set_aside != NULL)
    *set_aside = NULL;
  if (g_mkdir_with_parents (dir, 0700) != 0)
    {
      g_set_error (error, WAVE_JOURNAL_ERROR, WAVE_JOURNAL_ERROR_OPEN, "The directory %s cannot be made: %s", dir, g_strerror (errno));
      return NULL;
    }
  for (guint try = 0; try < 2; try++)
    {
      /* SQLite gives its -wal and -shm the mode of the main file. */
      fd = g_open (path, O_CREAT | O_RDWR | O_CLOEXEC, 0600);
      if (fd < 0)
        {
          g_set_error (error, WAVE_JOURNAL_ERROR, WAVE_JOURNAL_ERROR_OPEN, "The journal %s cannot be opened: %s", path, g_strerror (errno));
          return NULL;
        }
      fchmod (fd, 0600);
      g_close (fd, NULL);
      g_clear_error (&fault);
      self->db = open_db (path, SQLITE_OPEN_READWRITE, &fault);
      if (self->db != NULL && prepare_db (self, &fault))
        break;
      close_db (self);
      if (try == 0 && (g_error_matches (fault, WAVE_JOURNAL_ERROR, WAVE_JOURNAL_ERROR_DAMAGED)))
        {
          g_autofree char *aside = set_aside_file (path);

          g_message ("%s; it is set aside as %s", fault->message, aside);
          if (set_aside != NULL)
            *set_aside = g_steal_pointer (&aside);
          continue;
        }
      g_propagate_error (error, g_steal_pointer (&fault));
      return NULL;
    }
  self->cursor = query_int (self->db, "SELECT value FROM meta WHERE name = 'cursor'", -1);
  self->status.events = query_int (self->db, "SELECT max(row) FROM events", 0);
  load_redactions (self);
  self->thread = g_thread_new ("journal", journal_thread, self);
  return g_steal_pointer (&self);
}

void
wave_journal_submit (WaveJournal *self, WaveBatch *batch)
{
  g_return_if_fail (WAVE_IS_JOURNAL (self));

  g_mutex_lock (&self->lock);
  g_queue_push_tail (&self->queue, wave_batch_ref (batch));
  self->status.backlog += batch->events->len;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
}

void
wave_journal_flush (WaveJournal *self)
{
  g_return_if_fail (WAVE_IS_JOURNAL (self));

  g_mutex_lock (&self->lock);
  while (!self->closing && (self->queue.length > 0 || self->busy))
    g_cond_wait (&self->changed, &self->lock);
  g_mutex_unlock (&self->lock);
}

void
wave_journal_close (WaveJournal *self)
{
  g_return_if_fail (WAVE_IS_JOURNAL (self));

  if (self->thread == NULL)
    return;
  g_mutex_lock (&self->lock);
  self->closing = TRUE;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
  g_thread_join (g_steal_pointer (&self->thread));
  close_db (self);
}

static void
wave_journal_finalize (GObject *object)
{
  WaveJournal *self = WAVE_JOURNAL (object);

  wave_journal_close (self);
  close_db (self);
  g_queue_clear_full (&self->queue, (GDestroyNotify) wave_batch_unref);
  g_hash_table_unref (self->string_ids);
  g_hash_table_unref (self->redacted);
  g_free (self->status.failure);
  g_free (self->path);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->changed);
  G_OBJECT_CLASS (wave_journal_parent_class)->finalize (object);
}

static void
wave_journal_class_init (WaveJournalClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = wave_journal_finalize;
}

static void
wave_journal_init (WaveJournal *self)
{
  self->cursor = -1;
  self->string_ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->redacted = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_queue_init (&self->queue);
  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
}

/* ---------------------------------------------------------------- asking */

gint64
wave_journal_get_cursor (WaveJournal *self)
{
  gint64 cursor;

  g_mutex_lock (&self->lock);
  cursor = self->cursor;
  g_mutex_unlock (&self->lock);
  return cursor;
}

const char *
wave_journal_get_path (WaveJournal *self)
{
  return self->path;
}

void
wave_journal_get_status (WaveJournal *self, WaveJournalStatus *status)
{
  GStatBuf buffer;

  g_mutex_lock (&self->lock);
  *status = self->status;
  status->failure = g_strdup (self->status.failure);
  g_mutex_unlock (&self->lock);
  status->bytes_on_disk = g_stat (self->path, &buffer) == 0 ? (guint64) buffer.st_size : 0;
}

void
wave_journal_set_failure_func (WaveJournal *self, WaveJournalFailureFunc func, gpointer user_data)
{
  g_mutex_lock (&self->lock);
  self->failure_func = func;
  self->failure_data = user_data;
  g_mutex_unlock (&self->lock);
}

/* A read-only connection of its own and a statement on it. */
static sqlite3 *
open_reader (WaveJournal *self, const char *sql, sqlite3_stmt **stmt, GError **error)
{
  sqlite3 *db = open_db (self->path, SQLITE_OPEN_READONLY, error);

  if (db != NULL && sqlite3_prepare_v2 (db, sql, -1, stmt, NULL) != SQLITE_OK)
    {
      db_failed (db, self->path, error);
      g_clear_pointer (&db, sqlite3_close);
    }
  return db;
}

static GPtrArray *
read_strings (WaveJournal *self, const char *sql, gint64 first, gint64 second, GError **error)
{
  g_autoptr (GPtrArray) strings = g_ptr_array_new_with_free_func (g_free);
  sqlite3_stmt *stmt = NULL;
  sqlite3 *db = open_reader (self, sql, &stmt, error);
  int result;

  if (db == NULL)
    return NULL;
  sqlite3_bind_int64 (stmt, 1, first);
  sqlite3_bind_int64 (stmt, 2, second);
  while ((result = sqlite3_step (stmt)) == SQLITE_ROW)
    g_ptr_array_add (strings, g_strdup ((const char *) sqlite3_column_text (stmt, 0)));
  if (result != SQLITE_DONE)
    {
      db_failed (db, self->path, error);
      g_clear_pointer (&strings, g_ptr_array_unref);
    }
  sqlite3_finalize (stmt);
  sqlite3_close (db);
  return g_steal_pointer (&strings);
}

GPtrArray *
wave_journal_get_recent_keys (WaveJournal *self, guint n, GError **error)
{
  return read_strings (self, "SELECT key FROM (SELECT key, position FROM events WHERE position IS NOT NULL AND is_edit = 0"
                             " ORDER BY position DESC LIMIT ?1 + ?2) ORDER BY position",
                       n, 0, error);
}

GPtrArray *
wave_journal_read_keys (WaveJournal *self, gint64 from_position, gint64 to_position, GError **error)
{
  return read_strings (self, "SELECT key FROM events WHERE position > ?1 AND position <= ?2 AND is_edit = 0 ORDER BY position", from_position,
                       to_position, error);
}

GPtrArray *
wave_journal_read_events (WaveJournal *self, const char *room_id, gint64 before, guint limit, GError **error)
{
  g_autoptr (GPtrArray) events = g_ptr_array_new_with_free_func ((GDestroyNotify) wave_event_unref);
  sqlite3_stmt *stmt = NULL;
  sqlite3 *db;
  int result;

  db = open_reader (self, room_id != NULL
                              ? "SELECT row, wall_us, mono_us, via, raw FROM events WHERE room = (SELECT id FROM strings WHERE text = ?3)"
                                " AND position IS NOT NULL AND row < ?1 ORDER BY row DESC LIMIT ?2"
                              : "SELECT row, wall_us, mono_us, via, raw FROM events WHERE row < ?1 ORDER BY row DESC LIMIT ?2",
                    &stmt, error);
  if (db == NULL)
    return NULL;
  sqlite3_bind_int64 (stmt, 1, before);
  sqlite3_bind_int64 (stmt, 2, limit);
  if (room_id != NULL)
    sqlite3_bind_text (stmt, 3, room_id, -1, SQLITE_STATIC);
  while ((result = sqlite3_step (stmt)) == SQLITE_ROW)
    {
      g_autoptr (GBytes) raw = g_bytes_new (sqlite3_column_blob (stmt, 4), sqlite3_column_bytes (stmt, 4));
      WaveEvent *event = wave_event_decode (raw, sqlite3_column_int (stmt, 3), sqlite3_column_int64 (stmt, 2), sqlite3_column_int64 (stmt, 1));

      event->serial = sqlite3_column_int64 (stmt, 0);
      g_ptr_array_add (events, event);
    }
  if (result != SQLITE_DONE)
    {
      db_failed (db, self->path, error);
      g_clear_pointer (&events, g_ptr_array_unref);
    }
  sqlite3_finalize (stmt);
  sqlite3_close (db);
  if (events != NULL)
    for (guint i = 0, j = events->len; i + 1 < j; i++)
      {
        gpointer swapped = events->pdata[i];

        j--;
        events->pdata[i] = events->pdata[j];
        events->pdata[j] = swapped;
      }
  return g_steal_pointer (&events);
}
