// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * WaveCredentials: the tokens of one account, in memory only. Thread-safe, reference counted; the memory of a token is overwritten
 * before it is freed. Never printed.
 */
typedef struct _WaveCredentials WaveCredentials;
#define WAVE_TYPE_CREDENTIALS (wave_credentials_get_type ())
GType wave_credentials_get_type (void);

WaveCredentials *wave_credentials_new (const char *access_token, const char *refresh_token);
/* The token in the first line of a file, white space trimmed. The error names the file and never its content. */
WaveCredentials *wave_credentials_new_from_file (const char *path, GError **error);
WaveCredentials *wave_credentials_ref (WaveCredentials *credentials);
void wave_credentials_unref (WaveCredentials *credentials);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WaveCredentials, wave_credentials_unref)

/* Replaces the tokens; @expires_in_s -1 when not known (then the `exp` claim of a JWT counts). */
void wave_credentials_set (WaveCredentials *credentials, const char *access_token, const char *refresh_token, gint64 expires_in_s);
/* (transfer full): copies, to be freed with wave_secret_free(). */
char *wave_credentials_dup_access_token (WaveCredentials *credentials);
char *wave_credentials_dup_refresh_token (WaveCredentials *credentials); /* nullable */
/* Wall clock µs; -1 when not known. */
gint64 wave_credentials_get_expiry (WaveCredentials *credentials);
gint64 wave_credentials_get_refresh_due (WaveCredentials *credentials); /* at 80 % of the life; -1 without a refresh token */
/* Goes up with each wave_credentials_set(). */
guint wave_credentials_get_generation (WaveCredentials *credentials);
void wave_secret_free (char *secret);

/**
 * wave_redact:
 * @text: any text that may hold a token
 *
 * Takes out every secret that any live WaveCredentials holds, and whatever follows `token=`, `access_token` and `Bearer `. For logs, errors and
 * whatever a person copies.
 *
 * Returns: (transfer full): the text without them
 */
char *wave_redact (const char *text);

/**
 * wave_log_install:
 * A GLib log writer (stderr, honouring G_MESSAGES_DEBUG) that puts every message through wave_redact(). Called first in main().
 */
void wave_log_install (void);

/* The keyring (libsecret). @account: a stable id of the account. Errors come as %G_IO_ERROR or the library's own; "no keyring" is not fatal. */
void wave_keyring_store_async (const char *account, const char *server, WaveCredentials *credentials, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data);
gboolean wave_keyring_store_finish (GAsyncResult *result, GError **error);
void wave_keyring_lookup_async (const char *account, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
/* Returns: (transfer full) (nullable): NULL without an error when there is none */
WaveCredentials *wave_keyring_lookup_finish (GAsyncResult *result, GError **error);
void wave_keyring_forget_async (const char *account, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean wave_keyring_forget_finish (GAsyncResult *result, GError **error);

/* Password grant: POST /v1/auth/token. @password is not kept. */
void wave_sign_in_async (const char *server, gboolean allow_plain, const char *username, const char *password,
                         GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
WaveCredentials *wave_sign_in_finish (GAsyncResult *result, GError **error);

G_END_DECLS
