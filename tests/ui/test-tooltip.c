// SPDX-License-Identifier: GPL-3.0-or-later
// Tooltips of rows: asked for when the pointer rests there, and said to screen readers.
#include "config.h"

#include "ui/wave-tooltip.h"

static gboolean
is_shown (GtkWidget *widget)
{
  g_autoptr (GtkTooltip) tooltip = g_object_new (GTK_TYPE_TOOLTIP, NULL);
  gboolean shown = FALSE;

  g_signal_emit_by_name (widget, "query-tooltip", 0, 0, FALSE, tooltip, &shown);
  return shown;
}

static void
test_text (void)
{
  g_autoptr (GtkWidget) label = g_object_ref_sink (gtk_label_new ("10:31"));

  g_assert_null (wave_tooltip_get_text (label));
  wave_tooltip_set_text (label, "Today, <b>10:31:07.123</b>");
  g_assert_cmpstr (wave_tooltip_get_text (label), ==, "Today, <b>10:31:07.123</b>");
  g_assert_true (gtk_widget_get_has_tooltip (label));
  g_assert_true (is_shown (label));
  g_assert_null (gtk_test_accessible_check_property (GTK_ACCESSIBLE (label), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, "Today, <b>10:31:07.123</b>"));
  wave_tooltip_set_text (label, "Yesterday");
  g_assert_cmpuint (g_signal_handlers_disconnect_matched (label, G_SIGNAL_MATCH_ID, g_signal_lookup ("query-tooltip", GTK_TYPE_WIDGET), 0, NULL, NULL, NULL), ==, 1);
}

static void
test_none (void)
{
  g_autoptr (GtkWidget) label = g_object_ref_sink (gtk_label_new ("10:31"));

  wave_tooltip_set_text (label, NULL);
  g_assert_false (gtk_widget_get_has_tooltip (label));
  wave_tooltip_set_text (label, "x");
  wave_tooltip_set_text (label, NULL);
  g_assert_null (wave_tooltip_get_text (label));
  g_assert_false (is_shown (label));
  g_assert_false (gtk_test_accessible_has_property (GTK_ACCESSIBLE (label), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION));
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv);
  g_test_add_func ("/tooltip/text", test_text);
  g_test_add_func ("/tooltip/none", test_none);
  return g_test_run ();
}
