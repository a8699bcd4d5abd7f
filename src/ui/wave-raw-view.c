// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "ui/wave-raw-view.h"

#include <glib/gi18n.h>
#include <gtksourceview/gtksource.h>
#include <json-glib/json-glib.h>
#include <string.h>

#include "protocol/wave-text.h"
#include "ui/wave-format.h"

/* Of what is shown; copying takes all. */
#define SHOWN_BYTES 100000
/* Longer text is not coloured: that is done line by line, and a frame is one line. */
#define COLOURED_BYTES 20000

struct _WaveRawView
{
  AdwBin parent_instance;
  GtkLabel *info;
  GtkToggleButton *laid_out;
  GtkSourceView *text;
  GtkSourceBuffer *buffer;
  GBytes *bytes; /* nullable */
};

G_DEFINE_FINAL_TYPE (WaveRawView, wave_raw_view, ADW_TYPE_BIN)

static void
append_visible (GString *shown, const char *data, gsize length)
{
  const char *end = data + length;

  for (const char *p = data; p < end;)
    {
      const char *stop = memchr (p, '\n', end - p);
      g_autofree char *line = wave_text_make_visible (p, (stop != NULL ? stop : end) - p, G_MAXINT32);

      g_string_append (shown, line);
      if (stop != NULL)
        g_string_append_c (shown, '\n');
      p = stop != NULL ? stop + 1 : end;
    }
}

static char *
lay_out (WaveRawView *self)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  gsize length;
  const char *data = g_bytes_get_data (self->bytes, &length);

  if (length > SHOWN_BYTES || data == NULL || !json_parser_load_from_data (parser, data, (gssize) length, NULL) || json_parser_get_root (parser) == NULL)
    return NULL;
  return json_to_string (json_parser_get_root (parser), TRUE);
}

/* When there is something to colour: to read the language's description takes as long as to make the rest of the window. */
static void
colour (WaveRawView *self)
{
  if (gtk_source_buffer_get_language (self->buffer) == NULL)
    gtk_source_buffer_set_language (self->buffer, gtk_source_language_manager_get_language (gtk_source_language_manager_get_default (), "json"));
}

static void
show (WaveRawView *self)
{
  g_autoptr (GString) shown = g_string_new (NULL);
  g_autofree char *pretty = NULL;
  g_autofree char *size = NULL;
  g_autofree char *info = NULL;
  gsize length;
  const char *data;

  if (self->bytes == NULL)
    {
      gtk_text_buffer_set_text (GTK_TEXT_BUFFER (self->buffer), "", 0);
      gtk_label_set_text (self->info, "");
      return;
    }
  colour (self);
  data = g_bytes_get_data (self->bytes, &length);
  if (gtk_toggle_button_get_active (self->laid_out))
    pretty = lay_out (self);
  if (pretty != NULL)
    append_visible (shown, pretty, strlen (pretty));
  else
    append_visible (shown, data, MIN (length, SHOWN_BYTES));
  gtk_source_buffer_set_highlight_syntax (self->buffer, shown->len <= COLOURED_BYTES || pretty != NULL);
  gtk_text_buffer_set_text (GTK_TEXT_BUFFER (self->buffer), shown->str, (int) shown->len);
  size = g_strdup_printf (ngettext ("%'u byte", "%'u bytes", (guint) length), (guint) length);
  if (length > SHOWN_BYTES)
    {
      g_autofree char *most = wave_format_size (SHOWN_BYTES);

      /* Translators: the size of a frame, and how much of it is shown. */
      info = g_strdup_printf (_("%s, the first %s are shown"), size, most);
    }
  else if (data != NULL && !g_utf8_validate_len (data, length, NULL))
    info = g_strdup_printf (_("%s, not all of them UTF-8"), size);
  else
    info = g_strdup_printf (_("%s, as received"), size);
  gtk_label_set_text (self->info, info);
}

static void
on_laid_out (WaveRawView *self)
{
  show (self);
}

static void
on_copy (WaveRawView *self)
{
  gsize length;
  const char *data;
  GdkContentProvider *providers[2];
  g_autofree char *text = NULL;
  g_autoptr (GdkContentProvider) both = NULL;

  if (self->bytes == NULL)
    return;
  data = g_bytes_get_data (self->bytes, &length);
  text = g_utf8_make_valid (data != NULL ? data : "", (gssize) length);
  providers[0] = gdk_content_provider_new_for_bytes (data == NULL || g_utf8_validate_len (data, length, NULL) ? "application/json" : "application/octet-stream",
                                                     self->bytes);
  providers[1] = gdk_content_provider_new_typed (G_TYPE_STRING, text);
  both = gdk_content_provider_new_union (providers, G_N_ELEMENTS (providers));
  gdk_clipboard_set_content (gtk_widget_get_clipboard (GTK_WIDGET (self)), both);
}

void
wave_raw_view_set_bytes (WaveRawView *self, GBytes *bytes)
{
  g_return_if_fail (WAVE_IS_RAW_VIEW (self));
  if (bytes != NULL)
    g_bytes_ref (bytes);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  self->bytes = bytes;
  show (self);
}

char *
wave_raw_view_dup_text (WaveRawView *self)
{
  GtkTextIter start, end;

  g_return_val_if_fail (WAVE_IS_RAW_VIEW (self), NULL);
  gtk_text_buffer_get_bounds (GTK_TEXT_BUFFER (self->buffer), &start, &end);
  return gtk_text_buffer_get_text (GTK_TEXT_BUFFER (self->buffer), &start, &end, FALSE);
}

static void
on_dark (WaveRawView *self)
{
  gboolean dark = adw_style_manager_get_dark (adw_style_manager_get_default ());

  gtk_source_buffer_set_style_scheme (self->buffer,
                                      gtk_source_style_scheme_manager_get_scheme (gtk_source_style_scheme_manager_get_default (), dark ? "Adwaita-dark" : "Adwaita"));
}

static void
wave_raw_view_dispose (GObject *object)
{
  WaveRawView *self = WAVE_RAW_VIEW (object);

  g_clear_pointer (&self->bytes, g_bytes_unref);
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), WAVE_TYPE_RAW_VIEW);
  G_OBJECT_CLASS (wave_raw_view_parent_class)->dispose (object);
}

static void
wave_raw_view_class_init (WaveRawViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = wave_raw_view_dispose;
  g_type_ensure (GTK_SOURCE_TYPE_VIEW);
  g_type_ensure (GTK_SOURCE_TYPE_BUFFER);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/wavescope/Wavescope/ui/wave-raw-view.ui");
  gtk_widget_class_bind_template_child (widget_class, WaveRawView, info);
  gtk_widget_class_bind_template_child (widget_class, WaveRawView, laid_out);
  gtk_widget_class_bind_template_child (widget_class, WaveRawView, text);
  gtk_widget_class_bind_template_child (widget_class, WaveRawView, buffer);
  gtk_widget_class_bind_template_callback (widget_class, on_laid_out);
  gtk_widget_class_bind_template_callback (widget_class, on_copy);
}

static void
wave_raw_view_init (WaveRawView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_object (adw_style_manager_get_default (), "notify::dark", G_CALLBACK (on_dark), self, G_CONNECT_SWAPPED);
  on_dark (self);
}

GtkWidget *
wave_raw_view_new (void)
{
  return g_object_new (WAVE_TYPE_RAW_VIEW, NULL);
}
