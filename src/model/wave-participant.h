// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/wave-model-types.h"

G_BEGIN_DECLS

/* Properties (read-only, notified): "id", "display-name" (else the id), "has-name", "fqid" (nullable), "participant-type" guint, "presence" guint, "is-ai" bool,
 * "via" (nullable: transport or server of a bridged or federated one). */
#define WAVE_TYPE_PARTICIPANT (wave_participant_get_type ())
G_DECLARE_FINAL_TYPE (WaveParticipant, wave_participant, WAVE, PARTICIPANT, GObject)

const char *wave_participant_get_id (WaveParticipant *participant);
const char *wave_participant_get_display_name (WaveParticipant *participant);
const char *wave_participant_get_fqid (WaveParticipant *participant); /* nullable */
WaveParticipantType wave_participant_get_participant_type (WaveParticipant *participant);
WavePresenceState wave_participant_get_presence (WaveParticipant *participant);
const char *wave_participant_get_via (WaveParticipant *participant); /* nullable: transport or server */
const char *wave_participant_get_collation_key (WaveParticipant *participant); /* of its display name, for strcmp() */
gboolean wave_participant_get_is_ai (WaveParticipant *participant);

G_END_DECLS
