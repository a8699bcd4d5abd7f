// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "ui/wave-save-dialog.h"

#include <glib/gi18n.h>

#include "ui/wave-wrap.h"

typedef struct {
  WaveSaveWhat what;
  char *name;
  WaveSaveFunc func;
  gpointer user_data;
  GDestroyNotify destroy;
  GtkWidget *parent;
  AdwComboRow *format, *compression;
  AdwSwitchRow *anonymise;
  GtkWidget *warning;
} Question;

static const WaveExportFormat formats[] = { WAVE_EXPORT_RECORDING, WAVE_EXPORT_HAR, WAVE_EXPORT_CSV, WAVE_EXPORT_JSON_LINES, WAVE_EXPORT_TRANSCRIPT };
static const char *const compressions[] = { ".zst", ".gz", "" };

static void
question_free (Question *question)
{
  if (question->destroy != NULL)
    question->destroy (question->user_data);
  g_clear_object (&question->parent);
  g_clear_object (&question->format);
  g_clear_object (&question->compression);
  g_clear_object (&question->anonymise);
  g_free (question->name);
  g_free (question);
}

static WaveExportFormat
get_format (Question *question)
{
  if (question->what == WAVE_SAVE_RECORD)
    return WAVE_EXPORT_RECORDING;
  if (question->what == WAVE_SAVE_TRANSCRIPT)
    return WAVE_EXPORT_TRANSCRIPT;
  return formats[MIN (adw_combo_row_get_selected (question->format), G_N_ELEMENTS (formats) - 1)];
}

static void
on_format (Question *question)
{
  gboolean recording = get_format (question) == WAVE_EXPORT_RECORDING;

  if (question->compression != NULL)
    gtk_widget_set_visible (GTK_WIDGET (question->compression), recording);
  if (question->warning != NULL)
    gtk_widget_set_visible (question->warning,
                            get_format (question) != WAVE_EXPORT_TRANSCRIPT && !adw_switch_row_get_active (question->anonymise));
}

static void
complain (Question *question, const char *text)
{
  AdwDialog *dialog = adw_alert_dialog_new (_("It Cannot Be Saved There"), NULL);

  adw_alert_dialog_set_body_use_markup (ADW_ALERT_DIALOG (dialog), FALSE);
  adw_alert_dialog_set_body (ADW_ALERT_DIALOG (dialog), text);
  adw_alert_dialog_add_response (ADW_ALERT_DIALOG (dialog), "close", _("_Close"));
  adw_dialog_present (dialog, question->parent);
}

static void
on_file (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Question *question = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) file = gtk_file_dialog_save_finish (GTK_FILE_DIALOG (source), result, &error);
  g_autofree char *path = file != NULL ? g_file_get_path (file) : NULL;
  WaveSaveChoice choice = { .format = get_format (question), .path = path };

  if (path != NULL)
    {
      choice.anonymise = question->anonymise != NULL && adw_switch_row_get_active (question->anonymise);
      question->func (&choice, question->user_data);
    }
  else if (file != NULL)
    complain (question, _("That place is not on this computer. Choose another one and copy the file afterwards."));
  else if (!g_error_matches (error, GTK_DIALOG_ERROR, GTK_DIALOG_ERROR_DISMISSED) && !g_error_matches (error, GTK_DIALOG_ERROR, GTK_DIALOG_ERROR_CANCELLED))
    complain (question, error->message);
  question_free (question);
}

static void
choose_file (Question *question)
{
  g_autoptr (GtkFileDialog) dialog = gtk_file_dialog_new ();
  WaveExportFormat format = get_format (question);
  const char *more = format == WAVE_EXPORT_RECORDING ? compressions[MIN (adw_combo_row_get_selected (question->compression), G_N_ELEMENTS (compressions) - 1)] : "";
  g_autofree char *name = g_strconcat (question->name, wave_export_format_get_suffix (format), more, NULL);
  GtkRoot *root = gtk_widget_get_root (question->parent);

  g_strdelimit (name, "/\\\n\r\t", '-');
  gtk_file_dialog_set_initial_name (dialog, name);
  gtk_file_dialog_set_accept_label (dialog, question->what == WAVE_SAVE_RECORD ? _("_Record") : _("_Save"));
  gtk_file_dialog_save (dialog, GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL, NULL, on_file, question);
}

static void
on_response (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Question *question = user_data;

  if (g_str_equal (adw_alert_dialog_choose_finish (ADW_ALERT_DIALOG (source), result), "choose"))
    choose_file (question);
  else
    question_free (question);
}

static AdwComboRow *
add_combo (GtkWidget *list, const char *title, const char *const *strings)
{
  g_autoptr (GtkStringList) model = gtk_string_list_new (strings);
  AdwComboRow *row = ADW_COMBO_ROW (adw_combo_row_new ());

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_combo_row_set_model (row, G_LIST_MODEL (model));
  wave_stack_combo (row);
  gtk_list_box_append (GTK_LIST_BOX (list), GTK_WIDGET (row));
  return g_object_ref (row);
}

static void
add_rows (Question *question, GtkWidget *box)
{
  const char *const format_names[] = { _("Recording"), _("HAR, for browser tools"), _("CSV, for tables"), _("JSON lines"), _("Transcript, plain text"), NULL };
  const char *const compression_names[] = { _("Zstandard"), _("gzip"), _("None"), NULL };
  GtkWidget *list = gtk_list_box_new ();

  gtk_list_box_set_selection_mode (GTK_LIST_BOX (list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (list, "boxed-list");
  gtk_box_append (GTK_BOX (box), list);
  if (question->what == WAVE_SAVE_EVENTS)
    {
      question->format = add_combo (list, _("Format"), format_names);
      g_signal_connect_swapped (question->format, "notify::selected", G_CALLBACK (on_format), question);
    }
  question->compression = add_combo (list, _("Compression"), compression_names);
  question->anonymise = g_object_ref (ADW_SWITCH_ROW (adw_switch_row_new ()));
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (question->anonymise), _("Anonymise"));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (question->anonymise), _("Names, texts and ids are replaced; times and sizes stay"));
  gtk_list_box_append (GTK_LIST_BOX (list), GTK_WIDGET (question->anonymise));
  g_signal_connect_swapped (question->anonymise, "notify::active", G_CALLBACK (on_format), question);
  question->warning = gtk_label_new (_("Frames are saved as they came: they hold what people wrote, also what was removed later. The token is never in the file."));
  gtk_label_set_wrap (GTK_LABEL (question->warning), TRUE);
  gtk_label_set_xalign (GTK_LABEL (question->warning), 0);
  gtk_widget_add_css_class (question->warning, "caption");
  gtk_widget_add_css_class (question->warning, "dim-label");
  gtk_box_append (GTK_BOX (box), question->warning);
}

void
wave_save_dialog_present (GtkWidget *parent, WaveSaveWhat what, const char *heading, const char *body, const char *name, WaveSaveFunc func,
                          gpointer user_data, GDestroyNotify destroy)
{
  Question *question = g_new0 (Question, 1);
  AdwAlertDialog *dialog;
  GtkWidget *box;

  g_return_if_fail (GTK_IS_WIDGET (parent) && func != NULL);
  question->what = what;
  question->name = g_strdup (name);
  question->func = func;
  question->user_data = user_data;
  question->destroy = destroy;
  question->parent = g_object_ref (parent);
  /* A transcript is text: there is nothing to choose but the file. */
  if (what == WAVE_SAVE_TRANSCRIPT)
    {
      choose_file (question);
      return;
    }
  box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  add_rows (question, box);
  dialog = ADW_ALERT_DIALOG (adw_alert_dialog_new (heading, NULL));
  adw_alert_dialog_set_body_use_markup (dialog, FALSE);
  adw_alert_dialog_set_body (dialog, body);
  adw_alert_dialog_set_extra_child (dialog, box);
  adw_alert_dialog_add_response (dialog, "cancel", _("_Cancel"));
  adw_alert_dialog_add_response (dialog, "choose", _("Choose a _File…"));
  adw_alert_dialog_set_response_appearance (dialog, "choose", ADW_RESPONSE_SUGGESTED);
  adw_alert_dialog_set_default_response (dialog, "choose");
  adw_alert_dialog_set_close_response (dialog, "cancel");
  adw_alert_dialog_choose (dialog, parent, NULL, on_response, question);
}
