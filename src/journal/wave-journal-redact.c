// SPDX-License-Identifier: GPL-3.0-or-later
// Taking back what was said: the journal keeps that something was there, and not what.
#include "config.h"

#include "journal/wave-journal-store-private.h"

#include <json-glib/json-glib.h>
#include <string.h>

GBytes *
wave_journal_make_skeleton (const char *raw, gsize size)
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

GBytes *
wave_journal_make_chunk_skeleton (const char *raw, gsize size)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (raw, size);
  g_autoptr (WaveEvent) event = wave_event_decode (bytes, WAVE_VIA_STREAM, 0, 0);
  const WaveChunk *chunk = WAVE_EVENT_PAYLOAD (event, WAVE_EVENT_CHUNK, WaveChunk);
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  char *text;

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "type");
  json_builder_add_string_value (builder, "swp.room.message.chunk");
  json_builder_set_member_name (builder, "room_id");
  json_builder_add_string_value (builder, event->room_id);
  json_builder_set_member_name (builder, "sender_id");
  json_builder_add_string_value (builder, event->sender_id);
  json_builder_set_member_name (builder, "content");
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "chunk_text");
  json_builder_add_string_value (builder, "");
  json_builder_set_member_name (builder, "done");
  json_builder_add_boolean_value (builder, chunk != NULL && chunk->done);
  json_builder_set_member_name (builder, "redacted");
  json_builder_add_boolean_value (builder, TRUE);
  json_builder_end_object (builder);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  text = json_to_string (root, FALSE);
  return g_bytes_new_take (text, strlen (text));
}

static void
block_clear (WaveJournalReader *block)
{
  g_clear_pointer (&block->heads, g_free);
  g_clear_pointer (&block->offsets, g_free);
  g_clear_pointer (&block->raws, g_free);
}

/* Takes the block with @row apart. Returns: FALSE when there is none, or it is not sound */
static gboolean
take_block (WaveJournalStore *self, gint64 row, WaveJournalReader *block)
{
  sqlite3_stmt *find = self->stmts[STMT_BLOCK_FIND];
  gboolean found = FALSE;

  sqlite3_bind_int64 (find, 1, row);
  if (sqlite3_step (find) == SQLITE_ROW)
    {
      gint64 first = sqlite3_column_int64 (find, 0);
      guint n = sqlite3_column_int (find, 1);
      const void *heads = sqlite3_column_blob (find, 2), *raws = sqlite3_column_blob (find, 3);

      found = row < first + n
              && wave_journal_reader_take_block (block, first, n, heads, sqlite3_column_bytes (find, 2), raws, sqlite3_column_bytes (find, 3));
    }
  sqlite3_reset (find);
  return found;
}

/* Writes a block anew in which the marked events say nothing any more. */
static gboolean
write_blanked (WaveJournalStore *self, WaveJournalReader *block, const gboolean *blank)
{
  sqlite3_stmt *change = self->stmts[STMT_BLOCK_CHANGE];
  g_autoptr (GByteArray) changed = g_byte_array_new ();

  for (guint i = 0; i < block->n; i++)
    {
      const char *raw = block->raws + block->offsets[i];
      gsize size = block->offsets[i + 1] - block->offsets[i];
      g_autoptr (GBytes) skeleton = NULL;

      if (blank[i])
        {
          skeleton = block->heads[i].kind == WAVE_EVENT_CHUNK ? wave_journal_make_chunk_skeleton (raw, size) : wave_journal_make_skeleton (raw, size);
          raw = g_bytes_get_data (skeleton, &size);
          block->heads[i].size = size;
        }
      if (size > 0)
        g_byte_array_append (changed, (const guint8 *) raw, size);
      block->heads[i] = wave_journal_head_swap (block->heads[i]);
    }
  sqlite3_bind_int64 (change, 1, block->first_row);
  sqlite3_bind_blob64 (change, 2, block->heads, block->n * sizeof (WaveJournalHead), SQLITE_STATIC);
  wave_journal_store_bind_raws (self, change, 3, changed->data, changed->len);
  return wave_journal_step (change);
}

/* ---------------------------------------------------------------- the chunks of a reply */

/* No id binds chunks to the message that they became: they are of the same room and sender, and say the same. What is looked through before the message: */
#define CHUNK_BLOCKS 64
#define CHUNK_REPLIES 8
#define CHUNK_SPAN_US (30 * 60 * (gint64) G_USEC_PER_SEC)
/* …and after it, where the last chunk may stand. */
#define CHUNK_AFTER_US (15 * (gint64) G_USEC_PER_SEC)

typedef struct {
  guint32 room, sender;
  gint64 row, wall_us; /* of the message */
  char *body;          /* nullable: what it said */

  GArray *run;      /* rows of the chunks of one reply, the last one first */
  GString *text;    /* the reply's chunks in order */
  guint n_replies;
  gboolean nearest; /* no other reply or message stands between this one and the message */
  GArray *rows;     /* what is to be blanked */
} Chunks;

/* White space apart, one says what the other says, or a part of it. */
static gboolean
says_the_same (const char *text, const char *body)
{
  g_autofree char *said = g_strstrip (g_strdup (text));
  g_autofree char *meant = g_strstrip (g_strdup (body));

  return *said != '\0' && *meant != '\0' && (strstr (said, meant) != NULL || strstr (meant, said) != NULL);
}

/* A reply is over, seen from its end: is it the one? */
static void
judge_run (Chunks *chunks)
{
  if (chunks->run->len > 0 && (chunks->nearest || (chunks->body != NULL && says_the_same (chunks->text->str, chunks->body))))
    g_array_append_vals (chunks->rows, chunks->run->data, chunks->run->len);
  if (chunks->run->len > 0)
    {
      chunks->nearest = FALSE;
      chunks->n_replies++;
    }
  g_array_set_size (chunks->run, 0);
  g_string_truncate (chunks->text, 0);
}

static void
look_at_chunk (Chunks *chunks, const WaveJournalReader *block, guint i)
{
  g_autoptr (GBytes) raw = g_bytes_new_static (block->raws + block->offsets[i], block->heads[i].size);
  g_autoptr (WaveEvent) event = wave_event_decode (raw, WAVE_VIA_STREAM, 0, 0);
  const WaveChunk *chunk = WAVE_EVENT_PAYLOAD (event, WAVE_EVENT_CHUNK, WaveChunk);
  gint64 row = block->first_row + i;

  if (chunk == NULL)
    return;
  /* The end of an earlier reply. */
  if (chunk->done && chunks->run->len > 0)
    judge_run (chunks);
  g_array_append_val (chunks->run, row);
  g_string_prepend (chunks->text, chunk->text);
}

static gboolean
is_same (const Chunks *chunks, const WaveJournalHead *head)
{
  return head->room == chunks->room && head->sender == chunks->sender;
}

/* The heads of the block with @row; the bytes only where there are chunks of this sender in this room. */
static gboolean
take_heads (WaveJournalStore *self, gint64 row, const Chunks *chunks, WaveJournalReader *block)
{
  sqlite3_stmt *find = self->stmts[STMT_BLOCK_FIND];
  gboolean found = FALSE, has_chunks = FALSE;

  sqlite3_bind_int64 (find, 1, row);
  if (sqlite3_step (find) == SQLITE_ROW)
    {
      block->first_row = sqlite3_column_int64 (find, 0);
      block->n = sqlite3_column_int (find, 1);
      found = row < block->first_row + block->n && block->n <= WAVE_JOURNAL_BLOCK_EVENTS
              && (gsize) sqlite3_column_bytes (find, 2) == block->n * sizeof (WaveJournalHead);
      if (found)
        block->heads = g_memdup2 (sqlite3_column_blob (find, 2), block->n * sizeof (WaveJournalHead));
    }
  sqlite3_reset (find);
  for (guint i = 0; found && i < block->n; i++)
    {
      block->heads[i] = wave_journal_head_swap (block->heads[i]);
      has_chunks = has_chunks || (block->heads[i].kind == WAVE_EVENT_CHUNK && is_same (chunks, &block->heads[i]));
    }
  return found && (!has_chunks || take_block (self, row, block));
}

static void
look_back (WaveJournalStore *self, Chunks *chunks)
{
  gint64 row = chunks->row - 1;
  gboolean over = FALSE;

  for (guint n = 0; n < CHUNK_BLOCKS && row > 0 && !over; n++)
    {
      WaveJournalReader block = { 0 };

      if (!take_heads (self, row, chunks, &block))
        {
          block_clear (&block);
          break;
        }
      for (gint64 i = row - block.first_row; i >= 0 && !over; i--)
        {
          const WaveJournalHead *head = &block.heads[i];

          over = head->wall_us < chunks->wall_us - CHUNK_SPAN_US || chunks->n_replies >= CHUNK_REPLIES;
          if (over || !is_same (chunks, head))
            continue;
          if (head->kind == WAVE_EVENT_CHUNK)
            look_at_chunk (chunks, &block, i);
          else if (head->kind == WAVE_EVENT_MESSAGE)
            {
              judge_run (chunks);
              chunks->nearest = FALSE;
            }
        }
      row = block.first_row - 1;
      block_clear (&block);
    }
  judge_run (chunks);
}

/* What came after the message and before its reply was done. */
static void
look_ahead (WaveJournalStore *self, Chunks *chunks)
{
  gboolean over = FALSE;

  for (gint64 row = chunks->row + 1; row < self->next_row && !over;)
    {
      WaveJournalReader block = { 0 };

      if (!take_heads (self, row, chunks, &block))
        {
          block_clear (&block);
          break;
        }
      for (guint i = row - block.first_row; i < block.n && !over; i++)
        {
          const WaveJournalHead *head = &block.heads[i];
          gint64 at = block.first_row + i;

          over = head->wall_us > chunks->wall_us + CHUNK_AFTER_US;
          if (over || !is_same (chunks, head))
            continue;
          if (head->kind == WAVE_EVENT_CHUNK)
            {
              g_autoptr (GBytes) raw = g_bytes_new_static (block.raws + block.offsets[i], head->size);
              g_autoptr (WaveEvent) event = wave_event_decode (raw, WAVE_VIA_STREAM, 0, 0);
              const WaveChunk *chunk = WAVE_EVENT_PAYLOAD (event, WAVE_EVENT_CHUNK, WaveChunk);

              over = chunk == NULL || chunk->done;
              /* Text that the message does not have begins another reply. */
              if (chunk == NULL || (chunk->length > 0 && (chunks->body == NULL || strstr (chunks->body, chunk->text) == NULL)))
                over = TRUE;
              else
                g_array_append_val (chunks->rows, at);
            }
          else
            over = head->kind == WAVE_EVENT_MESSAGE;
        }
      row = block.first_row + block.n;
      block_clear (&block);
    }
}

/* The rows of the chunks that became the message at @row; what it said before is in @body. */
static void
find_chunks (WaveJournalStore *self, gint64 row, const WaveJournalHead *head, const char *body, GArray *rows)
{
  Chunks chunks = { .room = head->room, .sender = head->sender, .row = row, .wall_us = head->wall_us, .nearest = TRUE, .rows = rows };

  if (head->room == 0 || head->sender == 0)
    return;
  chunks.body = g_strdup (body);
  chunks.run = g_array_new (FALSE, FALSE, sizeof (gint64));
  chunks.text = g_string_new (NULL);
  look_back (self, &chunks);
  look_ahead (self, &chunks);
  g_array_unref (chunks.run);
  g_string_free (chunks.text, TRUE);
  g_free (chunks.body);
}

static int
compare_rows (gconstpointer a, gconstpointer b)
{
  gint64 first = *(const gint64 *) a, second = *(const gint64 *) b;

  return first < second ? -1 : first > second;
}

static gboolean
blank_rows (WaveJournalStore *self, GArray *rows)
{
  gboolean good = TRUE;

  g_array_sort (rows, compare_rows);
  for (guint i = 0; good && i < rows->len;)
    {
      WaveJournalReader block = { 0 };
      gboolean blank[WAVE_JOURNAL_BLOCK_EVENTS] = { FALSE };

      /* It was trimmed, or its block is not sound: nothing can be read out of it. */
      if (!take_block (self, g_array_index (rows, gint64, i), &block))
        {
          block_clear (&block);
          i++;
          continue;
        }
      for (; i < rows->len && g_array_index (rows, gint64, i) < block.first_row + block.n; i++)
        blank[g_array_index (rows, gint64, i) - block.first_row] = TRUE;
      good = write_blanked (self, &block, blank);
      block_clear (&block);
    }
  return good;
}

/* Adds the chunks of a message that stands in the journal. */
static void
add_chunks (WaveJournalStore *self, gint64 row, GArray *rows)
{
  WaveJournalReader block = { 0 };

  if (take_block (self, row, &block) && block.heads[row - block.first_row].kind == WAVE_EVENT_MESSAGE)
    {
      guint i = row - block.first_row;
      g_autoptr (GBytes) raw = g_bytes_new_static (block.raws + block.offsets[i], block.heads[i].size);
      g_autoptr (WaveEvent) event = wave_event_decode (raw, WAVE_VIA_STREAM, 0, 0);
      const WaveMessage *message = WAVE_EVENT_PAYLOAD (event, WAVE_EVENT_MESSAGE, WaveMessage);

      find_chunks (self, row, &block.heads[i], message != NULL ? message->body : NULL, rows);
    }
  block_clear (&block);
}

gboolean
wave_journal_store_redact_chunks (WaveJournalStore *self, gint64 row, const WaveEvent *event)
{
  const WaveMessage *message = WAVE_EVENT_PAYLOAD (event, WAVE_EVENT_MESSAGE, WaveMessage);
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (gint64));
  WaveJournalHead head = { .wall_us = event->arrived_wall_us };

  if (message == NULL || event->room_id == NULL || event->sender_id == NULL)
    return TRUE;
  if (!wave_journal_store_flush_block (self))
    return FALSE;
  head.room = wave_journal_store_string_id (self, event->room_id);
  head.sender = wave_journal_store_string_id (self, event->sender_id);
  find_chunks (self, row, &head, message->body, rows);
  return blank_rows (self, rows);
}

gboolean
wave_journal_store_redact (WaveJournalStore *self, const char *target)
{
  sqlite3_stmt *find = self->stmts[STMT_REDACT_FIND];
  sqlite3_stmt *stmt = self->stmts[STMT_REDACTION];
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (gint64));
  int result;
  guint n;

  sqlite3_bind_text (stmt, 1, target, -1, SQLITE_STATIC);
  /* The target may stand in the block that is being filled. */
  if (!wave_journal_step (stmt) || !wave_journal_store_flush_block (self))
    return FALSE;
  g_hash_table_add (self->redacted, g_strdup (target));

  sqlite3_bind_text (find, 1, target, -1, SQLITE_STATIC);
  while ((result = sqlite3_step (find)) == SQLITE_ROW)
    {
      gint64 row = sqlite3_column_int64 (find, 0);

      g_array_append_val (rows, row);
    }
  sqlite3_reset (find);
  n = rows->len;
  for (guint i = 0; i < n; i++)
    add_chunks (self, g_array_index (rows, gint64, i), rows);
  return result == SQLITE_DONE && blank_rows (self, rows);
}
