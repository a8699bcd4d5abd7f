// SPDX-License-Identifier: GPL-3.0-or-later
// Forward declarations of the model. Everything in model/ belongs to the main thread (the thread of the default main context).
#pragma once

#include <gio/gio.h>

#include "protocol/wave-snapshot.h"
#include "protocol/wave-types.h"

G_BEGIN_DECLS

typedef struct _WaveTenant WaveTenant;
typedef struct _WaveMonitor WaveMonitor;
typedef struct _WaveRoom WaveRoom;
typedef struct _WaveParticipant WaveParticipant;
typedef struct _WaveTimeline WaveTimeline;
typedef struct _WaveTimelineItem WaveTimelineItem;
typedef struct _WaveStream WaveStream;
typedef struct _WaveStreamStore WaveStreamStore;
typedef struct _WaveGap WaveGap;

G_END_DECLS
