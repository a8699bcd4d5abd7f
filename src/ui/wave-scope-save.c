// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include <adwaita.h>
#include <cairo-svg.h>
#include <glib/gi18n.h>

#include "model/wave-stream-totals.h"
#include "ui/wave-scope-save.h"

typedef struct
{
  WaveScopeView *view;
  WaveTenant *tenant;
  WaveScopeSaveWhat what;
} Question;

static void
question_free (Question *question)
{
  g_object_unref (question->view);
  g_object_unref (question->tenant);
  g_free (question);
}

static GPtrArray *
pick_streams (WaveScopeView *view, WaveTenant *tenant)
{
  GPtrArray *compared = wave_scope_view_get_compared (view);
  GListModel *all = G_LIST_MODEL (wave_tenant_get_streams (tenant));
  GPtrArray *streams = g_ptr_array_new_with_free_func (g_object_unref);
  gint64 from;
  gint64 to;
  gboolean ranged = wave_scope_view_get_range (view, &from, &to);

  for (guint i = 0; i < compared->len; i++)
    g_ptr_array_add (streams, g_object_ref (compared->pdata[i]));
  for (guint i = 0; compared->len == 0 && i < g_list_model_get_n_items (all); i++)
    {
      g_autoptr (WaveStream) stream = g_list_model_get_item (all, i);
      gint64 ended = wave_stream_get_ended (stream);

      if (!ranged || (wave_stream_get_started (stream) <= to && (ended < 0 || ended >= from)))
        g_ptr_array_add (streams, g_steal_pointer (&stream));
    }
  return streams;
}

static cairo_status_t
append_bytes (void *closure, const unsigned char *data, unsigned int length)
{
  g_string_append_len (closure, (const char *)data, length);
  return CAIRO_STATUS_SUCCESS;
}

static void
draw_svg (WaveScopeView *view, GString *out)
{
  g_autoptr (GskRenderNode) node = wave_scope_view_dup_node (view);
  cairo_surface_t *surface = cairo_svg_surface_create_for_stream (append_bytes, out, gtk_widget_get_width (GTK_WIDGET (view)),
                                                                  gtk_widget_get_height (GTK_WIDGET (view)));
  cairo_t *cr = cairo_create (surface);

  if (node != NULL)
    gsk_render_node_draw (node, cr);
  cairo_destroy (cr);
  cairo_surface_finish (surface);
  cairo_surface_destroy (surface);
}

static gboolean
draw_png (WaveScopeView *view, GString *out)
{
  g_autoptr (GskRenderNode) node = wave_scope_view_dup_node (view);
  GtkNative *native = gtk_widget_get_native (GTK_WIDGET (view));
  g_autoptr (GdkTexture) texture = NULL;
  g_autoptr (GBytes) bytes = NULL;

  if (node == NULL || native == NULL)
    return FALSE;
  texture = gsk_renderer_render_texture (gtk_native_get_renderer (native), node, NULL);
  bytes = gdk_texture_save_to_png_bytes (texture);
  g_string_append_len (out, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  return TRUE;
}

gboolean
wave_scope_save (WaveScopeView *view, WaveTenant *tenant, WaveScopeSaveWhat what, GFile *file, GError **error)
{
  g_autoptr (GString) out = g_string_new (NULL);
  g_autoptr (GPtrArray) streams = pick_streams (view, tenant);
  WaveStreamThresholds limits;

  wave_stream_store_get_thresholds (wave_tenant_get_streams (tenant), &limits);
  switch (what)
    {
    case WAVE_SCOPE_SAVE_CHUNKS:
      wave_stream_export_chunks_csv (streams, out);
      break;
    case WAVE_SCOPE_SAVE_FIGURES:
      wave_stream_export_figures_csv (streams, limits.stall_us, out);
      break;
    case WAVE_SCOPE_SAVE_TRACE:
      wave_stream_export_trace (streams, limits.stall_us, out);
      break;
    case WAVE_SCOPE_SAVE_SVG:
      draw_svg (view, out);
      break;
    case WAVE_SCOPE_SAVE_PNG:
      if (!draw_png (view, out))
        {
          g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, _ ("The picture is not on screen"));
          return FALSE;
        }
      break;
    }
  return g_file_replace_contents (file, out->str, out->len, NULL, FALSE, G_FILE_CREATE_PRIVATE, NULL, NULL, error);
}

static void
on_file (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Question *question = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) file = gtk_file_dialog_save_finish (GTK_FILE_DIALOG (source), result, &error);

  if (file != NULL && !wave_scope_save (question->view, question->tenant, question->what, file, &error))
    {
      AdwDialog *dialog = adw_alert_dialog_new (_ ("Not Saved"), NULL);

      adw_alert_dialog_set_body (ADW_ALERT_DIALOG (dialog), error->message);
      adw_alert_dialog_add_response (ADW_ALERT_DIALOG (dialog), "close", _ ("_Close"));
      adw_dialog_present (dialog, GTK_WIDGET (question->view));
    }
  question_free (question);
}

void
wave_scope_save_ask (WaveScopeView *view, WaveTenant *tenant, WaveScopeSaveWhat what)
{
  static const char *const names[] = { "chunks.csv", "streams.csv", "streams.trace.json", "scope.png", "scope.svg" };
  g_autoptr (GtkFileDialog) dialog = gtk_file_dialog_new ();
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (view));
  Question *question = g_new0 (Question, 1);

  question->view = g_object_ref (view);
  question->tenant = g_object_ref (tenant);
  question->what = what;
  gtk_file_dialog_set_initial_name (dialog, names[what]);
  gtk_file_dialog_save (dialog, GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL, NULL, on_file, question);
}
