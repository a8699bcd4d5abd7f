// SPDX-License-Identifier: GPL-3.0-or-later
// The chaos harness from the inside: chaos-client.c (the client under test), chaos-judge.c (the verdict), chaos-runs.c (the kinds of run), chaos-clock.c (clocks that
// jump), wave-chaos.c (workers and the total).
#pragma once

#include "journal/wave-journal.h"
#include "model/wave-tenant.h"
#include "session/wave-session.h"
#include "simulator/wave-simulator.h"
#include "wave-fault-proxy.h"

G_BEGIN_DECLS

typedef struct {
  guint lost, doubled, out_of_order, crashed;
} Verdict;

/* How often each kind of fault really happened, in this process. */
typedef enum {
  KIND_BEFORE_HELLO, KIND_AFTER_HELLO, KIND_MID_FRAME, KIND_MID_PAGE, KIND_DROP, KIND_RST, KIND_HALF_OPEN, KIND_CUT, KIND_SLOW, KIND_TRICKLE,
  KIND_1000, KIND_1001, KIND_1011, KIND_1012, KIND_1013, KIND_4001, KIND_4003_DUPLICATE, KIND_4003_OTHER, KIND_4010, KIND_NO_CLOSE,
  KIND_429, KIND_429_BARE, KIND_503, KIND_503_AFTER, KIND_PAGE_REPEATED, KIND_PAGE_OVERLAPS, KIND_PAGE_SHUFFLED, KIND_PAGE_EMPTY, KIND_PAGE_CUT,
  KIND_DUPLICATE, KIND_REORDER, KIND_LATE_COMMIT, KIND_RESTORED, KIND_TENANT, KIND_RESTART, KIND_KILL, KIND_DISK_FULL, KIND_CLOCK, KIND_SUSPEND,
  N_KINDS
} Kind;
extern guint chaos_kinds[N_KINDS];
extern const char *const chaos_kind_names[N_KINDS];

/* What the client does wrong on purpose, so that the judge is seen to notice. */
typedef enum { SABOTAGE_NONE, SABOTAGE_LOSE, SABOTAGE_DOUBLE, SABOTAGE_HIDE, SABOTAGE_CRASH } Sabotage;
extern Sabotage chaos_sabotage;

/* ---- the client ---- */

typedef struct {
  guint seq, epoch;
} Beat;

typedef struct {
  char *id;
  WaveJournal *journal;
  GHashTable *before; /* ids that stood in the journal when it was opened */
  GMutex lock;        /* for what follows */
  GHashTable *seen;   /* event id → how often, as a pointer */
} Held;

typedef struct {
  char *data_dir, *server;
  WaveCredentials *credentials;
  WaveSession *session;
  WaveInbox *inbox;
  WaveTenant *tenant; /* nullable */

  /* Session thread; others after the session has stopped. */
  GPtrArray *held; /* of Held: one for each tenant that was met */
  Held *now;       /* atomic */
  GArray *beats;   /* of Beat: ephemeral events with a number, as they came */
  guint last_beat; /* atomic: the highest that came */
  guint epoch;     /* times that the connection was lost after hello */
  guint n_live_lost; /* times that LIVE was left */

  gint state;  /* atomic: WaveSessionState */
  gint opened; /* atomic: a journal is open */
} Client;

Client *chaos_client_new (const char *server, const char *data_dir, gboolean with_model, guint32 seed);
void chaos_client_stop (Client *client); /* what was handed on is in the journal when it returns */
void chaos_client_free (Client *client);
void chaos_client_pump (Client *client);
Held *chaos_client_find (Client *client, const char *tenant_id); /* nullable */
/* Runs loops for @us. @client: (nullable) */
void chaos_pass_time (Client *client, GRand *rand, gint64 us);

/* ---- the verdict ---- */

/* Whether everything that the tenant has to give was handed on, now or in a run before. */
gboolean chaos_has_all (Client *client, WaveSimulator *simulator, const char *tenant_id);
/* How long a client may take for it. */
#define RECOVERY_DEADLINE (20 * G_USEC_PER_SEC)
/* Nothing happens and nothing fails any more; returns when the client is live and has everything, or after the deadline. */
void chaos_recover (Client *client, WaveSimulator *simulator, const char *tenant_id, GRand *rand);
/* Gives the client time to recover from everything, and compares what it ended up with. */
void chaos_recover_and_judge (Client *client, WaveSimulator *simulator, const char *tenant_id, GRand *rand, Verdict *verdict);
/* Of a client that has stopped. */
void chaos_judge (Client *client, WaveSimulator *simulator, const char *tenant_id, Verdict *verdict);
/* Numbered ephemeral events: where one is missing, the connection was lost. @exchanged: the server exchanges frames that follow each other. */
void chaos_judge_beats (Client *client, guint n_sent, gboolean exchanged, Verdict *verdict);
/* The position that a journal claims to be complete up to, held against what it has. Returns: durable events that it has */
guint chaos_judge_cursor (const char *dir, const char *tenant_id, WaveSimulator *simulator, Verdict *verdict);

/* ---- runs ---- */

int chaos_be_client (char **argv);
void chaos_run (const char *self, guint32 seed, gboolean verbose, gboolean only_kills, Verdict *verdict);
/* How many times run_kill kills; 0: by the seed. */
extern guint chaos_kills_each;

/* ---- clocks ---- */

/* The wall clock of this process jumps by @us. */
void chaos_clock_jump (gint64 us);
void chaos_clock_reset (void);

G_END_DECLS
