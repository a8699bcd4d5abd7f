// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * WaveFaultProxy: a TCP forwarder on loopback that does to a connection what networks do. It runs in a thread of its own; every function may be called
 * from any thread and has taken effect when it returns.
 */
typedef struct _WaveFaultProxy WaveFaultProxy;

WaveFaultProxy *wave_fault_proxy_new (guint16 target_port, GError **error);
guint16 wave_fault_proxy_get_port (WaveFaultProxy *proxy);
/* Closes every connection in order (FIN). */
void wave_fault_proxy_drop (WaveFaultProxy *proxy);
/* Resets every connection (RST). */
void wave_fault_proxy_reset (WaveFaultProxy *proxy);
/* From now on the connections that are there stay open and carry nothing, in either direction. */
void wave_fault_proxy_go_silent (WaveFaultProxy *proxy);
/* Each connection that is there dies after so many more bytes from the server: in the middle of a frame, a header or a page. */
void wave_fault_proxy_cut_after (WaveFaultProxy *proxy, guint bytes);
/* Where exactly the next connection that comes so far is cut. */
typedef enum {
  WAVE_CUT_BEFORE_HELLO, /* the upgrade is done, hello is not let through */
  WAVE_CUT_AFTER_HELLO,  /* right behind it */
  WAVE_CUT_MID_FRAME,    /* in the middle of a WebSocket frame */
  WAVE_CUT_MID_PAGE,     /* in the middle of a sync page's body */
  WAVE_N_CUTS
} WaveCut;
void wave_fault_proxy_cut_at (WaveFaultProxy *proxy, WaveCut cut);
/* How often a cut of this kind has happened. */
guint wave_fault_proxy_get_n_cuts (WaveFaultProxy *proxy, WaveCut cut);
/* What comes from the server goes on in pieces of so many bytes, a millisecond each; 0: as it comes. */
void wave_fault_proxy_set_trickle (WaveFaultProxy *proxy, guint bytes);
/* New connections are accepted and closed at once. */
void wave_fault_proxy_set_refusing (WaveFaultProxy *proxy, gboolean refusing);
/* Each piece of data waits so long before it goes on; 0 for none. */
void wave_fault_proxy_set_delay (WaveFaultProxy *proxy, guint milliseconds);
/* The server is now at another port (it was restarted). */
void wave_fault_proxy_set_target (WaveFaultProxy *proxy, guint16 port);
void wave_fault_proxy_free (WaveFaultProxy *proxy);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WaveFaultProxy, wave_fault_proxy_free)

G_END_DECLS
