// SPDX-License-Identifier: GPL-3.0-or-later
// Private to simulator/: the server around a WaveWorld. Everything runs on the simulator's thread.
#pragma once

#include <libsoup/soup.h>

#include "simulator/wave-simulator.h"
#include "simulator/wave-world.h"

G_BEGIN_DECLS

/* One client on the stream. */
typedef struct {
  WaveSimulator *simulator; /* borrowed */
  SoupWebsocketConnection *connection;
  GSocket *socket;
  char *token;
  GSource *hello, *cut;
  gboolean greeted;
} WaveSimClient;

/* What REST says of a path instead of what the world knows. */
typedef struct {
  guint status;
  char *body; /* nullable */
} WaveSimAnswer;

/* One long poll that waits. */
typedef struct {
  SoupServerMessage *message;
  gint64 since, limit, due_us;
  GSource *timer; /* nullable: until it fires */
} WaveSimPoll;

struct _WaveSimulator
{
  GObject parent_instance;

  WaveSimulatorConfig config;
  char *scenario_name, *url, *token_text;
  GHashTable *faults;

  GThread *thread;
  GMainContext *context;
  GMainLoop *loop;
  SoupServer *server;
  WaveWorld *world;
  WaveScenario *scenario;
  GSource *timer;
  GPtrArray *clients; /* WaveSimClient */
  GPtrArray *polls;   /* WaveSimPoll */
  char *held;         /* a frame that goes out after the next one */
  guint n_connections;
  gint64 last_since; /* of the page before */
  guint n_pages, n_tokens;
  GHashTable *issued, *used_up; /* (nullable): tokens given out; refresh tokens that are worth nothing any more */
  gint64 started_us;
  gboolean paused, stopped, ended;
  gint64 paused_us, paused_sum_us;
  gint64 oversize_due_us, ping_due_us, restart_due_us, away_until_us;
  GArray *silent; /* of int: descriptors of half-open connections */
  GHashTable *answers;  /* path → WaveSimAnswer */
  GHashTable *requests; /* path → how often it was asked for */

  GMutex lock;
  GCond cond;
};

gboolean wave_sim_token_is_good (WaveSimulator *self, const char *token);
void wave_sim_client_free (gpointer data);
GSource *wave_sim_attach_timeout (WaveSimulator *self, gint64 delay_us, GSourceFunc func, gpointer data, GDestroyNotify destroy, const char *name);
void wave_sim_send_to_all (WaveSimulator *self, const char *json);
/* The frame that the fault "reorder" holds back, if any. */
void wave_sim_send_held (WaveSimulator *self);
void wave_sim_on_frame (const char *json, const WaveDurable *durable, gpointer user_data);
void wave_sim_cut_client (WaveSimClient *client, guint code, const char *reason);
void wave_sim_on_websocket (SoupServer *server, SoupServerMessage *message, const char *path, SoupWebsocketConnection *connection, gpointer user_data);
void wave_sim_on_stream_request (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer user_data);
void wave_sim_respond (SoupServerMessage *message, guint status, char *body); /* takes @body */
void wave_sim_respond_error (SoupServerMessage *message, guint status, const char *code, const char *text);
void wave_sim_poll_free (gpointer data);
void wave_sim_answer_polls (WaveSimulator *self);
void wave_sim_on_request (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer user_data);

/* wave-simulator-auth.c */
void wave_sim_serve_auth (WaveSimulator *self, SoupServerMessage *message, const char *path);
gboolean wave_sim_auth_is_issued (WaveSimulator *self, const char *token);
gboolean wave_sim_auth_has_expired (WaveSimulator *self, const char *token);
void wave_sim_auth_clear (WaveSimulator *self);

G_END_DECLS
