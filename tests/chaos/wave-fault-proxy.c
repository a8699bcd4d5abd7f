// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "wave-fault-proxy.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* One poll() loop over plain sockets: what is wanted here is exactly what GIO's streams keep away from people. */

typedef struct {
  int client, server;
  gboolean silent;
  gint64 bytes_left; /* -1: no limit */
  gint64 hold_until; /* monotonic µs */
  gboolean upgraded; /* the server's answer to an upgrade went by */
} Pair;

struct _WaveFaultProxy
{
  int listener;
  int wake[2];
  guint16 port;
  GThread *thread;
  GMutex lock; /* guards all that follows */
  gboolean ending;
  gboolean refusing;
  guint delay_ms, trickle;
  gboolean armed[WAVE_N_CUTS];
  guint n_cuts[WAVE_N_CUTS];
  guint16 target_port;
  GArray *pairs; /* of Pair */
  guint n_closed; /* pairs so far: tells whether what was polled still stands in its place */
};

static void
close_pair (WaveFaultProxy *proxy, guint index, gboolean reset)
{
  Pair *pair = &g_array_index (proxy->pairs, Pair, index);

  if (reset)
    {
      struct linger linger = { 1, 0 };

      setsockopt (pair->client, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
      setsockopt (pair->server, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
    }
  close (pair->client);
  close (pair->server);
  g_array_remove_index_fast (proxy->pairs, index);
  proxy->n_closed++;
}

static int
connect_to (guint16 port)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons (port), .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int one = 1;

  if (connect (fd, (struct sockaddr *) &address, sizeof address) != 0)
    {
      close (fd);
      return -1;
    }
  setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  return fd;
}

static void
accept_one (WaveFaultProxy *proxy)
{
  int client = accept4 (proxy->listener, NULL, NULL, SOCK_CLOEXEC);
  int one = 1;
  Pair pair = { .client = client, .server = -1, .bytes_left = -1 };

  if (client < 0)
    return;
  if (!proxy->refusing)
    pair.server = connect_to (proxy->target_port);
  if (pair.server < 0)
    {
      close (client);
      return;
    }
  setsockopt (client, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  g_array_append_val (proxy->pairs, pair);
}

static gboolean
write_all (int fd, const char *data, gssize size)
{
  while (size > 0)
    {
      gssize n = send (fd, data, size, MSG_NOSIGNAL);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return FALSE;
      data += n;
      size -= n;
    }
  return TRUE;
}

static const char *
find (const char *data, gsize size, const char *needle)
{
  return memmem (data, size, needle, strlen (needle));
}

/* Returns: how many bytes go on before the pair is cut; -1 when it is not */
static gssize
aim (WaveFaultProxy *proxy, Pair *pair, const char *data, gssize n)
{
  const char *head_end = !pair->upgraded && n > 12 && memcmp (data, "HTTP/1.1 101", 12) == 0 ? find (data, n, "\r\n\r\n") : NULL;
  gssize cut = -1;
  int kind = -1;

  if (head_end != NULL)
    pair->upgraded = TRUE;
  if (proxy->armed[WAVE_CUT_BEFORE_HELLO] && head_end != NULL)
    kind = WAVE_CUT_BEFORE_HELLO, cut = head_end + 4 - data;
  else if (proxy->armed[WAVE_CUT_AFTER_HELLO] && pair->upgraded && find (data, n, "\"hello\"") != NULL)
    kind = WAVE_CUT_AFTER_HELLO, cut = n;
  else if (proxy->armed[WAVE_CUT_MID_FRAME] && pair->upgraded && head_end == NULL && n > 40)
    kind = WAVE_CUT_MID_FRAME, cut = n - 20;
  else if (proxy->armed[WAVE_CUT_MID_PAGE] && !pair->upgraded && find (data, n, "\"events\":[{") != NULL)
    kind = WAVE_CUT_MID_PAGE, cut = find (data, n, "\"events\":[{") - data + 11 + (data + n - find (data, n, "\"events\":[{") - 11) / 2;
  if (kind < 0)
    return -1;
  proxy->armed[kind] = FALSE;
  proxy->n_cuts[kind]++;
  return cut;
}

/* Returns: FALSE when the pair is at its end */
static gboolean
carry (WaveFaultProxy *proxy, Pair *pair, gboolean from_server)
{
  char data[16384];
  gsize room = from_server && proxy->trickle > 0 ? MIN (proxy->trickle, sizeof data) : sizeof data;
  gssize n = recv (from_server ? pair->server : pair->client, data, room, MSG_DONTWAIT);
  gssize cut;

  if (n < 0 && (errno == EAGAIN || errno == EINTR))
    return TRUE;
  if (n <= 0)
    return FALSE;
  cut = from_server ? aim (proxy, pair, data, n) : -1;
  if (cut >= 0)
    {
      write_all (pair->client, data, cut);
      return FALSE;
    }
  if (from_server && proxy->trickle > 0)
    pair->hold_until = g_get_monotonic_time () + 1000;
  if (from_server && pair->bytes_left >= 0)
    {
      n = MIN (n, pair->bytes_left);
      pair->bytes_left -= n;
      write_all (pair->client, data, n);
      return pair->bytes_left > 0;
    }
  if (proxy->delay_ms > 0)
    pair->hold_until = g_get_monotonic_time () + proxy->delay_ms * 1000;
  return write_all (from_server ? pair->client : pair->server, data, n);
}

static gpointer
proxy_thread (gpointer data)
{
  WaveFaultProxy *proxy = data;

  for (;;)
    {
      g_autofree struct pollfd *fds = NULL;
      guint n_pairs, n_closed, n_fds = 2;
      int timeout = -1;
      gint64 now;

      g_mutex_lock (&proxy->lock);
      if (proxy->ending)
        {
          g_mutex_unlock (&proxy->lock);
          return NULL;
        }
      n_pairs = proxy->pairs->len;
      n_closed = proxy->n_closed;
      fds = g_new0 (struct pollfd, 2 + 2 * n_pairs);
      fds[0] = (struct pollfd) { proxy->wake[0], POLLIN, 0 };
      fds[1] = (struct pollfd) { proxy->listener, POLLIN, 0 };
      now = g_get_monotonic_time ();
      for (guint i = 0; i < n_pairs; i++)
        {
          const Pair *pair = &g_array_index (proxy->pairs, Pair, i);
          gboolean waits = pair->silent || pair->hold_until > now;

          if (!pair->silent && pair->hold_until > now)
            timeout = timeout < 0 ? 1 + (pair->hold_until - now) / 1000 : MIN (timeout, 1 + (pair->hold_until - now) / 1000);
          fds[n_fds++] = (struct pollfd) { waits ? -1 : pair->client, POLLIN, 0 };
          fds[n_fds++] = (struct pollfd) { waits ? -1 : pair->server, POLLIN, 0 };
        }
      g_mutex_unlock (&proxy->lock);

      if (poll (fds, n_fds, timeout) < 0 && errno != EINTR)
        return NULL;

      g_mutex_lock (&proxy->lock);
      if (fds[0].revents != 0)
        {
          char drained[64];

          /* The pairs may have changed meanwhile: look at them afresh. */
          if (read (proxy->wake[0], drained, sizeof drained) < 0)
            g_assert (errno == EAGAIN || errno == EINTR);
          g_mutex_unlock (&proxy->lock);
          continue;
        }
      if (proxy->n_closed != n_closed)
        {
          g_mutex_unlock (&proxy->lock);
          continue;
        }
      for (int i = (int) n_pairs - 1; i >= 0; i--)
        {
          Pair *pair = &g_array_index (proxy->pairs, Pair, i);

          if ((fds[2 + 2 * i].revents != 0 && !carry (proxy, pair, FALSE))
              || (fds[3 + 2 * i].revents != 0 && !carry (proxy, pair, TRUE)))
            close_pair (proxy, i, FALSE);
        }
      if (fds[1].revents != 0)
        accept_one (proxy);
      g_mutex_unlock (&proxy->lock);
    }
}

static void
wake (WaveFaultProxy *proxy)
{
  if (write (proxy->wake[1], "", 1) < 0)
    g_assert (errno == EAGAIN);
}

WaveFaultProxy *
wave_fault_proxy_new (guint16 target_port, GError **error)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  socklen_t length = sizeof address;
  WaveFaultProxy *proxy = g_new0 (WaveFaultProxy, 1);

  proxy->listener = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (bind (proxy->listener, (struct sockaddr *) &address, sizeof address) != 0 || listen (proxy->listener, 16) != 0
      || getsockname (proxy->listener, (struct sockaddr *) &address, &length) != 0
      || pipe2 (proxy->wake, O_CLOEXEC | O_NONBLOCK) != 0)
    {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "the proxy cannot listen: %s", g_strerror (errno));
      close (proxy->listener);
      g_free (proxy);
      return NULL;
    }
  proxy->port = ntohs (address.sin_port);
  proxy->target_port = target_port;
  proxy->pairs = g_array_new (FALSE, FALSE, sizeof (Pair));
  g_mutex_init (&proxy->lock);
  proxy->thread = g_thread_new ("fault-proxy", proxy_thread, proxy);
  return proxy;
}

guint16
wave_fault_proxy_get_port (WaveFaultProxy *proxy)
{
  return proxy->port;
}

static void
close_all (WaveFaultProxy *proxy, gboolean reset)
{
  g_mutex_lock (&proxy->lock);
  while (proxy->pairs->len > 0)
    close_pair (proxy, proxy->pairs->len - 1, reset);
  wake (proxy);
  g_mutex_unlock (&proxy->lock);
}

void
wave_fault_proxy_drop (WaveFaultProxy *proxy)
{
  close_all (proxy, FALSE);
}

void
wave_fault_proxy_reset (WaveFaultProxy *proxy)
{
  close_all (proxy, TRUE);
}

void
wave_fault_proxy_go_silent (WaveFaultProxy *proxy)
{
  g_mutex_lock (&proxy->lock);
  for (guint i = 0; i < proxy->pairs->len; i++)
    g_array_index (proxy->pairs, Pair, i).silent = TRUE;
  wake (proxy);
  g_mutex_unlock (&proxy->lock);
}

void
wave_fault_proxy_cut_after (WaveFaultProxy *proxy, guint bytes)
{
  g_mutex_lock (&proxy->lock);
  for (guint i = 0; i < proxy->pairs->len; i++)
    g_array_index (proxy->pairs, Pair, i).bytes_left = bytes;
  g_mutex_unlock (&proxy->lock);
}

void
wave_fault_proxy_set_refusing (WaveFaultProxy *proxy, gboolean refusing)
{
  g_mutex_lock (&proxy->lock);
  proxy->refusing = refusing;
  g_mutex_unlock (&proxy->lock);
}

void
wave_fault_proxy_set_delay (WaveFaultProxy *proxy, guint milliseconds)
{
  g_mutex_lock (&proxy->lock);
  proxy->delay_ms = milliseconds;
  g_mutex_unlock (&proxy->lock);
}

void
wave_fault_proxy_cut_at (WaveFaultProxy *proxy, WaveCut cut)
{
  g_mutex_lock (&proxy->lock);
  proxy->armed[cut] = TRUE;
  g_mutex_unlock (&proxy->lock);
}

guint
wave_fault_proxy_get_n_cuts (WaveFaultProxy *proxy, WaveCut cut)
{
  guint n;

  g_mutex_lock (&proxy->lock);
  n = proxy->n_cuts[cut];
  g_mutex_unlock (&proxy->lock);
  return n;
}

void
wave_fault_proxy_set_trickle (WaveFaultProxy *proxy, guint bytes)
{
  g_mutex_lock (&proxy->lock);
  proxy->trickle = bytes;
  g_mutex_unlock (&proxy->lock);
}

void
wave_fault_proxy_set_target (WaveFaultProxy *proxy, guint16 port)
{
  g_mutex_lock (&proxy->lock);
  proxy->target_port = port;
  g_mutex_unlock (&proxy->lock);
}

void
wave_fault_proxy_free (WaveFaultProxy *proxy)
{
  close_all (proxy, FALSE);
  g_mutex_lock (&proxy->lock);
  proxy->ending = TRUE;
  wake (proxy);
  g_mutex_unlock (&proxy->lock);
  g_thread_join (proxy->thread);
  close (proxy->listener);
  close (proxy->wake[0]);
  close (proxy->wake[1]);
  g_array_unref (proxy->pairs);
  g_mutex_clear (&proxy->lock);
  g_free (proxy);
}
