// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * WaveSimulator: a ScaiWave tenant in one process: a SoupServer on loopback that speaks stream, sync, auth and the REST snapshots of the protocol notes
 * (profile of appendix B). Deterministic by seed. Runs in a thread of its own.
 */
#define WAVE_TYPE_SIMULATOR (wave_simulator_get_type ())
G_DECLARE_FINAL_TYPE (WaveSimulator, wave_simulator, WAVE, SIMULATOR, GObject)

/**
 * WaveSimulatorConfig: copied. Zeros are sensible: office, seed 1, its natural pace, no faults, no end.
 * @scenario: (nullable): "office" (default), "storm", "idle", "single-stream"
 * @rate: events per second; 0 = the scenario's own pace
 * @duration_us: 0 = until stopped; then it closes with 1001 and serves no more
 * @faults: (nullable): comma separated SPEC; see wave_simulator_faults_help()
 * @token_file: (nullable): one accepted token a line; NULL: any non-empty one, but bad… and expired… are refused
 * @ledger: (nullable): NDJSON file, truncated
 * @port: 0 = a free one
 * @history: durable events that exist before the start
 * @tenant_id: (nullable): another tenant than the usual one
 * @more_rooms, @more_people: so many beside the usual ones, in which nothing happens by itself
 */
typedef struct {
  const char *scenario;
  guint32 seed;
  double rate;
  gint64 duration_us;
  const char *faults;
  const char *token_file;
  const char *ledger;
  guint16 port;
  guint history;
  const char *tenant_id;
  guint more_rooms, more_people;
} WaveSimulatorConfig;

/* Listens when it returns; the error tells what is wrong with the faults, the port, the file. */
WaveSimulator *wave_simulator_new (const WaveSimulatorConfig *config, GError **error);
/* (transfer none): http://127.0.0.1:PORT */
const char *wave_simulator_get_url (WaveSimulator *simulator);
/* Ends the thread and writes the ledger's end. */
void wave_simulator_stop (WaveSimulator *simulator);

/* For tests, any thread, each done when it returns: */
/* Sends @json to every connected client. With @durable it gets the next position and stands in sync as well. */
void wave_simulator_inject (WaveSimulator *simulator, const char *json, gboolean durable);
/* Sends bytes as one frame, as they are; not in the ledger's truth. */
void wave_simulator_inject_raw (WaveSimulator *simulator, GBytes *frame, gboolean binary);
/* @close_code 0: without a close frame. */
void wave_simulator_drop_clients (WaveSimulator *simulator, guint close_code, const char *reason);
/* Adds or, with an empty string, removes faults while it runs. */
gboolean wave_simulator_set_faults (WaveSimulator *simulator, const char *faults, GError **error);
/* The server is put back to a backup: its last @n durable events are gone, and their positions are given out again. */
void wave_simulator_restore (WaveSimulator *simulator, guint n);
/* How many uses a counted fault (such as sync-503) has left. */
guint wave_simulator_get_fault_left (WaveSimulator *simulator, const char *fault);
/* From now on REST answers @path (without its query; not sync) with @status and @body, a 429 with Retry-After as the fault "retry-after" says.
 * @status 0: as usual again. @body: nullable: an error of that status */
void wave_simulator_set_answer (WaveSimulator *simulator, const char *path, guint status, const char *body);
/* How often REST was asked for paths (without their query; not sync, not auth) that begin with @prefix, whatever it answered. */
guint wave_simulator_count_requests (WaveSimulator *simulator, const char *prefix);
/* While paused the scenario sends nothing. */
void wave_simulator_set_paused (WaveSimulator *simulator, gboolean paused);
guint wave_simulator_get_n_clients (WaveSimulator *simulator);
guint wave_simulator_get_n_connections (WaveSimulator *simulator); /* ever accepted */
gint64 wave_simulator_get_head (WaveSimulator *simulator);          /* last position given out */
/* (transfer full) (element-type utf8): ids of the durable events that the client is meant to have, ascending by position, after @since */
GPtrArray *wave_simulator_list_durable_ids (WaveSimulator *simulator, gint64 since);

/* Untranslated help text on the fault specification. */
const char *wave_simulator_faults_help (void);
const char *const *wave_simulator_list_scenarios (void);

typedef enum { WAVE_SIMULATOR_ERROR_SCENARIO, WAVE_SIMULATOR_ERROR_FAULTS, WAVE_SIMULATOR_ERROR_LISTEN, WAVE_SIMULATOR_ERROR_FILE } WaveSimulatorError;
#define WAVE_SIMULATOR_ERROR (wave_simulator_error_quark ())
GQuark wave_simulator_error_quark (void);

G_END_DECLS
