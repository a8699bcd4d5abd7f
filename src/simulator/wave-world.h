// SPDX-License-Identifier: GPL-3.0-or-later
// Private to simulator/: what the simulated tenant is and what happened in it. Knows no socket; everything runs on the simulator's thread.
#pragma once

#include <gio/gio.h>
#include <stdio.h>

G_BEGIN_DECLS

typedef struct _WaveWorld WaveWorld;

typedef struct {
  char *id, *name, *type, *server;
  const char *presence;
  gboolean conversational; /* an AI that says a paragraph a message */
} WavePerson;

typedef struct {
  char *id, *name, *topic, *type;
  GPtrArray *members; /* (element-type WavePerson) borrowed */
  char *plan, *call;  /* JSON, nullable */
  GPtrArray *sidekicks; /* (element-type utf8): JSON */
  char *last_read;
} WaveSimRoom;

/* One event that sync can give again. */
typedef struct {
  gint64 position;
  gint64 visible_us; /* monotonic: committed late when it lies ahead */
  char *id;
  char *sync_json;
  guint room;        /* index */
  gboolean message;
} WaveDurable;

/* A frame is ready to be sent; @json is borrowed. */
typedef void (*WaveFrameFunc) (const char *json, const WaveDurable *durable, gpointer user_data);

struct _WaveWorld
{
  char *tenant_id, *server_name;
  GRand *rand;
  GPtrArray *people, *rooms; /* WavePerson, WaveSimRoom */
  GArray *durables;          /* WaveDurable, ascending by position */
  gint64 position;
  guint next_id;
  gint64 wall_us;            /* what origin_ts tells: now, or a moment of the day before the start */
  gint64 now_us;             /* monotonic */
  gboolean nested, bare, jumps, extra, all_history; /* switches of the faults */
  gint64 late_us;                       /* 0, or how late some events are committed */
  FILE *ledger;
  guint64 n_frames;
  WaveFrameFunc frame_func;
  gpointer user_data;
};

WaveWorld *wave_world_new (guint32 seed);
void wave_world_free (WaveWorld *world);
WavePerson *wave_world_add_person (WaveWorld *world, const char *id, const char *name, const char *type, const char *presence);
WaveSimRoom *wave_world_add_room (WaveWorld *world, const char *id, const char *name, const char *topic, const char *type);
WavePerson *wave_world_person (WaveWorld *world, const char *id); /* nullable */
WaveSimRoom *wave_world_room (WaveWorld *world, const char *id);  /* nullable */

/**
 * wave_json_members:
 * The members of an object without its brackets. Each name is led by its type: "s:" a string (NULL is null), "i:" a gint64, "b:" a gboolean,
 * "j:" JSON as it is (NULL leaves the member out). Ended by NULL.
 */
char *wave_json_members (const char *name, ...) G_GNUC_NULL_TERMINATED;
void wave_json_append_string (GString *json, const char *text);

typedef enum { WAVE_EMIT_DURABLE = 1, WAVE_EMIT_IN_CONTENT = 2, WAVE_EMIT_QUIET = 4 /* into history only, no frame */ } WaveEmitFlags;

/* @room, @sender: nullable ids. @members: taken. Returns: (transfer none) (nullable): the id of a durable event, valid until the next one */
const char *wave_world_emit (WaveWorld *world, const char *type, const char *room, const char *sender, char *members, WaveEmitFlags flags);
/* A frame with a position that was built elsewhere. @json: an object; the envelope's members are put before its own. */
void wave_world_emit_json (WaveWorld *world, const char *json, gboolean durable);

/* The index of the first durable event above @since. */
guint wave_world_find (WaveWorld *world, gint64 since);
void wave_world_log (WaveWorld *world, const char *members /* taken */);

/* Answers of the REST calls: the body, or NULL when there is no such thing. (transfer full) */
char *wave_world_rest (WaveWorld *world, const char *path, GHashTable *query);

/* ---- scenarios: each is told the time and does what is due; it says when it wants to be called again ---- */
typedef struct _WaveScenario WaveScenario;
WaveScenario *wave_scenario_new (WaveWorld *world, const char *name, double rate, GHashTable *faults);
void wave_scenario_free (WaveScenario *scenario);
/* Fills the world with people, rooms and @history events before now. */
void wave_scenario_prepare (WaveScenario *scenario, guint history);
/* Does what is due at @now_us, some 20,000 events at most. Returns: when it is to be called next, monotonic µs; @now_us when more is due */
gint64 wave_scenario_run (WaveScenario *scenario, gint64 now_us);

/* @spec: nullable. Returns: (transfer full) (element-type utf8 double*): NULL with the error set */
GHashTable *wave_faults_parse (const char *spec, GError **error);
/* The value of a fault; 0 when it is not set. */
double wave_fault (GHashTable *faults, const char *name);

G_END_DECLS
