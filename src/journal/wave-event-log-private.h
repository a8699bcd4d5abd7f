// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <math.h>

#include "journal/wave-event-log.h"
#include "journal/wave-journal-private.h"
#include "journal/wave-recording.h"

G_BEGIN_DECLS

#define WAVE_LOG_BLOCK_BITS 14
#define WAVE_LOG_BLOCK (1u << WAVE_LOG_BLOCK_BITS)
/* 134 million events. */
#define WAVE_LOG_N_BLOCKS 8192
/* 262,144 events, 10 MiB: so many of the newest blocks stay in memory. */
#define WAVE_LOG_WARM_BLOCKS 16
/* What a new log takes; tests make it less. */
extern guint wave_log_warm_blocks;

/* Where the bytes of an event are. */
typedef enum { WAVE_PLACE_MEMORY, WAVE_PLACE_JOURNAL, WAVE_PLACE_RECORDING, WAVE_PLACE_NOWHERE } WavePlace;
#define WAVE_PLACE_VALUE_BITS 54
#define WAVE_PLACE_VALUE_MASK ((G_GUINT64_CONSTANT (1) << WAVE_PLACE_VALUE_BITS) - 1)

/* What is kept besides the flags that a filter knows, in the same byte. */
#define WAVE_ENTRY_CORRECTED (1 << 5)
#define WAVE_ENTRY_HISTORY (1 << 6)

/* All that the index has of an event. */
typedef struct {
  gint64 wall_us;
  gint64 position;
  guint64 place; /* WavePlace in 2 bits, flags in 8, then a slot of the memory, a row of the journal or an offset in the recording */
  guint32 size;
  float latency; /* µs; NAN when not known */
  guint64 names; /* type 16 bits, room 24, sender 24 */
} WaveLogEntry;
G_STATIC_ASSERT (sizeof (WaveLogEntry) == 40);

#define WAVE_ENTRY_TYPE(entry) ((guint) ((entry)->names & 0xffff))
#define WAVE_ENTRY_ROOM(entry) ((guint) ((entry)->names >> 16 & 0xffffff))
#define WAVE_ENTRY_SENDER(entry) ((guint) ((entry)->names >> 40))
#define WAVE_ENTRY_FLAGS(place) ((guint) ((place) >> WAVE_PLACE_VALUE_BITS & 0xff))
#define WAVE_MAKE_PLACE(kind, flags, value)                                                                                    \
  ((guint64) (kind) << 62 | (guint64) (flags) << WAVE_PLACE_VALUE_BITS | ((guint64) (value) & WAVE_PLACE_VALUE_MASK))

/* A type, room or participant; lives as long as the log. */
typedef struct {
  const char *id;     /* interned */
  char *name;         /* atomic; nullable */
  gint is_ai;         /* atomic */
  WaveEventKind kind; /* of a type */
  guint number;
} WaveLogName;

#define WAVE_LOG_NAME_SLOTS 256
typedef struct {
  GPtrArray *list; /* of WaveLogName; number 0 is none */
  GHashTable *by_id;
  struct
  {
    const char *id; /* as events have it: the same pointer is the same text */
    WaveLogName *name;
  } slots[WAVE_LOG_NAME_SLOTS]; /* the latest ones, main thread only */
} WaveLogNames;

/* A line of a recording that is no frame. */
typedef struct {
  guint64 offset;
  guint before; /* the event that stands behind it */
} WaveLogMark;

typedef enum { WAVE_LOG_TYPES, WAVE_LOG_ROOMS, WAVE_LOG_SENDERS, WAVE_N_LOG_NAMES } WaveLogNamesKind;

#define WAVE_LOG_CACHE 2048
typedef struct {
  guint index;
  WaveEvent *event;
} WaveLogCached;

/* WaveLogFetcher: one thread's way to the bytes. */
typedef struct {
  WaveEventLog *log;
  WaveJournalReader *journal;
  WaveRecordingFile *recording;
  WaveRecordingWindow window;
  WaveRecordingLine line;
  WaveEvent *event;
} WaveLogFetcher;

/* Where the entries are; wave-event-log-index.c. */
typedef struct {
  WaveLogEntry **blocks; /* room for WAVE_LOG_N_BLOCKS, so that it never moves */
  guint n_warm;
  gint n_cold;   /* atomic: so many blocks are in the file; one thread at a time changes it */
  int fd;        /* of that thread; -1: there is no file yet */
  guint failed_at; /* likewise: so many blocks there were; 0: never */
  gboolean full; /* writer only */
} WaveLogIndex;

struct _WaveEventLog
{
  GObject parent_instance;

  GMainContext *context;
  char *path;         /* (nullable): of the journal or the recording */
  gboolean is_recording;
  GThread *loader;
  gint closing;       /* atomic */

  WaveLogIndex index;
  guint n_events; /* atomic: entries below are there and do not change, but for their place */

  GMutex lock; /* guards what follows */
  WaveLogNames names[WAVE_N_LOG_NAMES];
  GPtrArray *old_names;
  GSource *notifier;
  gint64 last_notified_us;
  gboolean loading;
  double progress;
  char *note;
  gboolean note_is_new;
  GArray *marks; /* of WaveLogMark */

  GMutex memory_lock; /* guards what follows */
  GPtrArray *memory;  /* of WaveEvent; NULL where the journal has it */
  guint64 memory_base;
  guint n_in_memory;

  GMutex fetch_lock; /* held while the disk is read; guards what follows */
  WaveLogFetcher fetcher;
  WaveRecordingFile *recording;

  GMutex cache_lock; /* guards what follows */
  WaveLogCached *cache;
  GHashTable *taken_back; /* ids of events whose content must not be shown, owned */

  /* Writer only: the loader while it runs, then the main thread. */
  gint64 skew_us; /* G_MININT64 when not known */
  gint64 last_row;
  guint n_notified;
  gboolean was_loading;

  /* Main thread. */
  GQueue waiting; /* batches that came while loading */
  gint64 loaded_until_wall_us;
  guint n_loaded;
  guint adopt_from;
  guint let_go_from; /* no event before it is in memory for want of a journal */
  gboolean adopting, shortening;
  gint64 adopt_due_us; /* not before */
  guint shortened_at; /* blocks that there were */
};

static inline WaveLogEntry *
wave_log_entry (WaveEventLog *self, guint index)
{
  return &self->index.blocks[index >> WAVE_LOG_BLOCK_BITS][index & (WAVE_LOG_BLOCK - 1)];
}

static inline guint64
wave_log_entry_place (const WaveLogEntry *entry)
{
  return __atomic_load_n (&entry->place, __ATOMIC_ACQUIRE);
}

/* What the writer says of an event, with strings. */
typedef struct {
  const char *type, *room_id, *sender_id; /* nullable */
  WaveEventKind kind;
  WaveVia via;
  guint flags;
  gint64 wall_us, position, origin_us;
  guint32 size;
} WaveLogFacts;

/* wave-event-log-index.c */
void wave_log_index_init (WaveLogIndex *index);
void wave_log_index_clear (WaveLogIndex *index);
/* Writer only. Returns: FALSE when the log is full */
gboolean wave_log_index_make_room (WaveEventLog *self, guint index);
/* Whether blocks wait to be put on the disk; any thread. */
gboolean wave_log_index_is_long (WaveEventLog *self);
/* Puts them there. One thread at a time, and not the main one. */
void wave_log_index_shorten (WaveEventLog *self);

/* wave-event-log-names.c */
void wave_log_names_init (WaveLogNames *names);
void wave_log_names_clear (WaveLogNames *names);
/* (nullable) for 0 and numbers that were never given */
WaveLogName *wave_log_get_name (WaveEventLog *self, WaveLogNamesKind kind, guint number);
/* The same for an @id that an event has. Main thread. Returns: (nullable): NULL for none, or when there are too many */
WaveLogName *wave_log_name_of (WaveEventLog *self, WaveLogNamesKind kind, const char *id, WaveEventKind event_kind);
guint wave_log_number (WaveEventLog *self, WaveLogNamesKind kind, const char *id, WaveEventKind event_kind);
/* Writer only. */
void wave_log_append (WaveEventLog *self, const WaveLogFacts *facts, guint type, guint room, guint sender, WavePlace place, guint64 value);
/* What an event tells about others: a hello's clock, a room's name. Writer only, before the append. */
void wave_log_learn (WaveEventLog *self, const WaveEvent *event);
void wave_log_set_name (WaveEventLog *self, WaveLogNamesKind kind, const char *id, const char *name, gboolean is_ai);
void wave_log_set_note (WaveEventLog *self, const char *note);
/* Any thread: the main context will notify. */
void wave_log_wake (WaveEventLog *self);
void wave_log_fill_view (const WaveLogEntry *entry, WaveLogName **types, WaveLogName **rooms, WaveLogName **senders, guint64 place, WaveFilterView *view);

/* wave-event-log-redact.c */
/* @ids: a set. Main thread: what is in memory of these events, and of the chunks that they were, loses its content. */
void wave_log_take_back (WaveEventLog *self, GHashTable *ids);
/* (transfer full) both: @event, or what is left of it when it was taken back */
WaveEvent *wave_log_take_back_one (WaveEventLog *self, WaveEvent *event);

/* wave-event-log-load.c */
gpointer wave_log_load_journal (gpointer log);
gpointer wave_log_load_recording (gpointer log);
/* Finds in the journal what stands in memory, and lets it go. Own thread. */
void wave_log_adopt (WaveEventLog *self, guint from, gint64 after_row, guint *up_to, gint64 *last_row);

void wave_log_fetcher_init (WaveLogFetcher *fetcher, WaveEventLog *log);
void wave_log_fetcher_clear (WaveLogFetcher *fetcher);
/* (transfer full) (nullable) */
WaveEvent *wave_log_from_memory (WaveEventLog *self, guint64 slot);
/* With the memory lock: forgets the slots at the start that are empty. */
void wave_log_trim_memory (WaveEventLog *self);

/* The bytes, valid until the next call. Returns: FALSE when they are not there any more */
gboolean wave_log_fetcher_get (WaveLogFetcher *fetcher, guint64 place, const char **raw, gsize *size);
/* The line of a recording that holds the bytes, as it stands in the file. Returns: FALSE when it comes from elsewhere */
gboolean wave_log_fetcher_get_hint (WaveLogFetcher *fetcher, guint64 place, const char **hint, gsize *size);
/* (transfer full) (nullable) */
WaveEvent *wave_log_fetcher_dup_event (WaveLogFetcher *fetcher, const WaveLogEntry *entry);

G_END_DECLS
