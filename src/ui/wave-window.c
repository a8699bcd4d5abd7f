// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "ui/wave-window.h"

#include <glib/gi18n.h>
#include <string.h>

#include "model/wave-room.h"
#include "protocol/wave-text.h"
#include "ui/wave-account-dialogs.h"
#include "ui/wave-activity-page.h"
#include "ui/wave-application.h"
#include "ui/wave-connection-page.h"
#include "ui/wave-format.h"
#include "ui/wave-rooms-page.h"
#include "ui/wave-scope-page.h"
#include "ui/wave-shortcuts.h"
#include "ui/wave-window-desktop.h"
#include "ui/wave-window-private.h"
#include "ui/wave-words.h"

/* What of a frame the model may take: at 60 frames a second the rest is for drawing. */
#define PUMP_BUDGET_US 6000
/* More waiting events than this are told of. */
#define BEHIND 2000
/* Seconds between two looks at how long the token lasts. */
#define EXPIRY_EVERY 10

G_DEFINE_FINAL_TYPE (WaveWindow, wave_window, ADW_TYPE_APPLICATION_WINDOW)

WaveTenant *
wave_window_get_tenant (WaveWindow *self)
{
  if (self->replay != NULL)
    return wave_replay_get_tenant (self->replay);
  return self->monitor != NULL ? wave_monitor_get_tenant (self->monitor) : NULL;
}

/* ---- the state in words ---- */

static char *
waiting_words (const WaveTransition *transition)
{
  gint64 left = transition->retry_at_mono_us - g_get_monotonic_time ();
  int seconds = left > 0 ? (int) ((left + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC) : 0;

  if (seconds == 0)
    return g_strdup (_("Trying again…"));
  return g_strdup_printf (ngettext ("Trying again in %d second", "Trying again in %d seconds", seconds), seconds);
}

static void
update_banner (WaveWindow *self, WaveSessionState state, const WaveTransition *transition)
{
  g_autofree char *failure = NULL;
  g_autofree char *cause = transition != NULL ? wave_words_cause (transition) : NULL;
  g_autofree char *text = NULL;
  const char *button = NULL;
  g_autofree char *former = NULL;
  g_autofree char *name = NULL;
  guint backlog = wave_monitor_get_backlog (self->monitor);

  g_object_get (self->monitor, "journal-failure", &failure, "former-server-name", &former, NULL);
  g_object_get (wave_window_get_tenant (self), "server-name", &name, NULL);
  if (state == WAVE_SESSION_WAITING && transition != NULL)
    {
      g_autofree char *waiting = waiting_words (transition);

      text = g_strdup_printf ("%s. %s", cause, waiting);
      button = _("_Try Now");
    }
  else if (state == WAVE_SESSION_REPLACED)
    {
      text = g_strdup_printf (_("%s. Wavescope does not take the place back by itself."), cause);
      button = _("_Reconnect Here");
    }
  else if (state == WAVE_SESSION_REFUSED)
    {
      text = g_strdup (cause);
      button = _("_New Token…");
    }
  else if (state == WAVE_SESSION_POLLING)
    {
      text = g_strdup (_("The stream cannot be opened; only durable events arrive, by polling."));
      button = _("_Try Now");
    }
  else if (failure != NULL)
    text = g_strdup_printf (_("The journal cannot be written; events are kept in memory and tried again: %s"), failure);
  else if (former != NULL && !self->former_seen)
    {
      g_autofree char *was = wave_text_make_visible (former, strlen (former), 60);
      g_autofree char *is = wave_text_make_visible (name, name != NULL ? strlen (name) : 0, 60);

      text = g_strdup_printf (_("This server calls itself %s; last time it was %s"), is, was);
      button = _("_Dismiss");
    }
  else if (backlog > BEHIND)
    {
      g_autofree char *count = wave_format_count (backlog);

      text = g_strdup_printf (_("Behind by %s events; nothing is dropped"), count);
    }
  if (text != NULL)
    {
      adw_banner_set_title (self->banner, text);
      adw_banner_set_use_markup (self->banner, FALSE);
      adw_banner_set_button_label (self->banner, button);
    }
  adw_banner_set_revealed (self->banner, text != NULL);
}

static void
update_state (WaveWindow *self)
{
  WaveTenant *tenant = wave_window_get_tenant (self);
  const WaveTransition *transition;
  WaveSessionState state;
  g_autofree char *tenant_name = NULL;
  g_autofree char *server = NULL;
  g_autofree char *detail = NULL;
  g_autofree char *cause = NULL;
  g_autofree char *advice = NULL;
  const char *css_class;

  if (tenant == NULL)
    return;
  if (self->replay != NULL)
    {
      wave_window_update_replay_state (self);
      return;
    }
  state = wave_tenant_get_state (tenant);
  transition = wave_tenant_get_last_transition (tenant);
  g_object_get (tenant, "tenant-name", &tenant_name, "server-name", &server, NULL);
  if (self->label != NULL)
    detail = g_strdup (self->label);
  else if (tenant_name != NULL && server != NULL)
    detail = g_strdup_printf ("%s · %s", tenant_name, server);
  else
    detail = g_strdup (server != NULL ? server : wave_monitor_get_server (self->monitor));
  gtk_label_set_text (self->state_label, wave_words_state (state));
  gtk_label_set_text (self->state_detail, detail);
  css_class = wave_words_state_class (state);
  if (self->state_class != NULL)
    gtk_widget_remove_css_class (self->state_dot, self->state_class);
  gtk_widget_add_css_class (self->state_dot, self->state_class = css_class);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->state_button), GTK_ACCESSIBLE_PROPERTY_LABEL, wave_words_state (state),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, detail, -1);
  if (transition != NULL)
    {
      cause = wave_words_cause (transition);
      advice = wave_words_advice (transition);
    }
  gtk_label_set_text (self->popover_cause, cause != NULL ? cause : wave_words_state (state));
  gtk_label_set_text (self->popover_advice, advice != NULL ? advice : "");
  gtk_widget_set_visible (GTK_WIDGET (self->popover_advice), advice != NULL);
  update_banner (self, state, transition);
  wave_window_update_expiry (self);
}

static void
on_banner_clicked (AdwBanner *banner, WaveWindow *self)
{
  if (wave_window_dismiss_note (self) || self->monitor == NULL)
    return;
  if (wave_tenant_get_state (wave_window_get_tenant (self)) == WAVE_SESSION_REFUSED)
    wave_account_present_new_token (self);
  else if (wave_tenant_get_state (wave_window_get_tenant (self)) == WAVE_SESSION_LIVE)
    {
      self->former_seen = TRUE;
      update_state (self);
    }
  else
    wave_session_retry_now (wave_monitor_get_session (self->monitor));
}

static void
on_new_token (AdwBanner *banner, WaveWindow *self)
{
  if (self->monitor != NULL)
    wave_account_present_new_token (self);
}

/* ---- who is told ---- */

static void
speak (const char *text, GtkAccessibleAnnouncementPriority priority, gpointer user_data)
{
  if (gtk_window_is_active (GTK_WINDOW (user_data)))
    wave_announce (user_data, text, priority);
}

/* Only of what can be read on screen now. */
static void
update_announced_room (WaveWindow *self)
{
  GtkWidget *rooms = wave_window_get_visible_page (self);
  WaveRoom *room = WAVE_IS_ROOMS_PAGE (rooms) ? wave_rooms_page_get_room (WAVE_ROOMS_PAGE (rooms)) : NULL;

  if (self->announcer != NULL)
    wave_announcer_set_room (self->announcer, room != NULL ? wave_room_get_id (room) : NULL);
}

/* A window that is looked at speaks for itself. */
static void
on_active_changed (WaveWindow *self)
{
  if (self->notifier != NULL)
    wave_notifier_set_attended (self->notifier, gtk_window_is_active (GTK_WINDOW (self)));
}

/* ---- the frame clock drives the model ---- */

static gboolean
on_pump_tick (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  WaveWindow *self = WAVE_WINDOW (widget);

  if (self->monitor != NULL)
    {
      wave_monitor_pump (self->monitor, PUMP_BUDGET_US);
      if (wave_monitor_get_backlog (self->monitor) > 0)
        return G_SOURCE_CONTINUE;
    }
  self->pump_tick = 0;
  return G_SOURCE_REMOVE;
}

static void
on_backlog (WaveWindow *self)
{
  if (self->pump_tick == 0 && gtk_widget_get_mapped (GTK_WIDGET (self)) && wave_monitor_get_backlog (self->monitor) > 0)
    self->pump_tick = gtk_widget_add_tick_callback (GTK_WIDGET (self), on_pump_tick, NULL, NULL);
}

static gboolean
on_timer (gpointer user_data)
{
  WaveWindow *self = user_data;

  /* Only a wait and a backlog change by themselves. */
  if (self->monitor != NULL
      && (wave_tenant_get_state (wave_window_get_tenant (self)) == WAVE_SESSION_WAITING || wave_monitor_get_backlog (self->monitor) > 0
          || adw_banner_get_revealed (self->banner)))
    update_state (self);
  update_announced_room (self);
  if (self->monitor != NULL && self->n_ticks++ % EXPIRY_EVERY == 0)
    wave_window_update_expiry (self);
  if (self->wanted_room != NULL && wave_window_get_tenant (self) != NULL)
    {
      GtkWidget *rooms = adw_view_stack_get_child_by_name (self->pages, "rooms");

      if (rooms != NULL && wave_rooms_page_open_room (WAVE_ROOMS_PAGE (rooms), self->wanted_room))
        g_clear_pointer (&self->wanted_room, g_free);
    }
  return G_SOURCE_CONTINUE;
}

static void
on_mapped (WaveWindow *self)
{
  gboolean mapped = gtk_widget_get_mapped (GTK_WIDGET (self));

  if (mapped && self->timer == 0)
    {
      self->timer = g_timeout_add_seconds (1, on_timer, self);
      g_source_set_name_by_id (self->timer, "wave-window-tick");
    }
  else if (!mapped)
    g_clear_handle_id (&self->timer, g_source_remove);
}

/* ---- pages ---- */

/* What stands in the place of a page that nobody has looked at yet: an empty bin. Activity and Connection hold hundreds of widgets and keep nothing that
 * the model does not have, so they are made when they are first wanted; Rooms is the first page, and Scope collects alarms. */
static gboolean
is_lazy (const char *name)
{
  return g_str_equal (name, "activity") || g_str_equal (name, "connection");
}

static GtkWidget *
make_lazy_page (WaveWindow *self, const char *name)
{
  WaveTenant *tenant = wave_window_get_tenant (self);

  if (g_str_equal (name, "activity"))
    return wave_activity_page_new (tenant, self->monitor != NULL ? wave_monitor_get_event_log (self->monitor) : wave_replay_get_event_log (self->replay));
  return self->monitor != NULL ? wave_connection_page_new (self->monitor) : wave_connection_page_new_for_tenant (tenant);
}

static void
on_event_log (WaveWindow *self)
{
  GtkWidget *place = adw_view_stack_get_child_by_name (self->pages, "activity");
  GtkWidget *activity = place != NULL ? adw_bin_get_child (ADW_BIN (place)) : NULL;

  if (activity != NULL)
    wave_activity_page_set_log (WAVE_ACTIVITY_PAGE (activity), wave_monitor_get_event_log (self->monitor));
}

void
wave_window_add_pages (WaveWindow *self, GtkWidget *rooms, GtkWidget *scope)
{
  adw_view_stack_add_titled_with_icon (self->pages, rooms, "rooms", _("Rooms"), "wave-rooms-symbolic");
  adw_view_stack_add_titled_with_icon (self->pages, adw_bin_new (), "activity", _("Activity"), "wave-activity-symbolic");
  adw_view_stack_add_titled_with_icon (self->pages, scope, "scope", _("Scope"), "wave-scope-symbolic");
  adw_view_stack_add_titled_with_icon (self->pages, adw_bin_new (), "connection", _("Connection"), "wave-connection-symbolic");
}

static void
clear_pages (WaveWindow *self)
{
  static const char *const names[] = { "rooms", "activity", "scope", "connection" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      GtkWidget *page = adw_view_stack_get_child_by_name (self->pages, names[i]);

      if (page != NULL)
        adw_view_stack_remove (self->pages, page);
    }
}

void
wave_window_forget (WaveWindow *self)
{
  if (self->monitor == NULL && self->replay == NULL)
    return;
  if (self->pump_tick != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->pump_tick);
  self->pump_tick = 0;
  g_signal_group_set_target (self->monitor_signals, NULL);
  g_signal_group_set_target (self->tenant_signals, NULL);
  self->watching = FALSE;
  g_clear_object (&self->notifier);
  g_clear_object (&self->announcer);
  clear_pages (self);
  adw_banner_set_revealed (self->banner, FALSE);
  wave_window_forget_replay (self);
  wave_window_forget_recorder (self);
  if (self->monitor != NULL)
    wave_monitor_stop (self->monitor);
  g_clear_object (&self->monitor);
  g_clear_object (&self->keep);
  g_clear_pointer (&self->label, g_free);
  adw_banner_set_revealed (self->expiry_banner, FALSE);
  wave_window_set_account (self, NULL, FALSE);
}

void
wave_window_begin_pages (WaveWindow *self)
{
  if (self->wanted_page == NULL)
    self->wanted_page = g_settings_get_string (self->settings, "page");
}

void
wave_window_end_pages (WaveWindow *self, WaveTenant *tenant)
{
  wave_window_show_page (self, self->wanted_page);
  g_clear_pointer (&self->wanted_page, g_free);
  self->watching = TRUE;
  wave_window_get_visible_page (self);
  g_signal_group_set_target (self->tenant_signals, tenant);
  gtk_stack_set_visible_child_name (self->stack, "main");
  wave_window_update_recorder (self);
}

void
wave_window_watch (WaveWindow *window, WaveMonitor *monitor, const char *label, GObject *keep)
{
  WaveTenant *tenant;

  g_return_if_fail (WAVE_IS_WINDOW (window));
  g_return_if_fail (WAVE_IS_MONITOR (monitor));
  wave_window_forget (window);
  window->monitor = g_object_ref (monitor);
  window->keep = keep != NULL ? g_object_ref (keep) : NULL;
  window->label = g_strdup (label);
  window->former_seen = FALSE;
  tenant = wave_monitor_get_tenant (monitor);
  wave_window_begin_pages (window);
  wave_window_add_pages (window, wave_rooms_page_new (tenant), wave_scope_page_new (monitor));
  wave_window_end_pages (window, tenant);
  g_signal_group_set_target (window->monitor_signals, monitor);
  window->notifier = wave_notifier_new (tenant, window->settings, gtk_application_window_get_id (GTK_APPLICATION_WINDOW (window)));
  window->announcer = wave_announcer_new (tenant, speak, window);
  on_active_changed (window);
  update_state (window);
  on_backlog (window);
}

void
wave_window_show_welcome (WaveWindow *window, const char *error)
{
  g_return_if_fail (WAVE_IS_WINDOW (window));
  wave_welcome_page_set_error (wave_window_get_welcome (window), error);
  wave_welcome_page_set_can_go_back (window->welcome, wave_window_get_tenant (window) != NULL);
  wave_welcome_page_show (window->welcome, FALSE);
  gtk_stack_set_visible_child_name (window->stack, "welcome");
}

void
wave_window_show_opening (WaveWindow *window)
{
  g_return_if_fail (WAVE_IS_WINDOW (window));
  if (!window->watching)
    gtk_stack_set_visible_child_full (window->stack, "opening", GTK_STACK_TRANSITION_TYPE_NONE);
}

WaveMonitor *
wave_window_get_monitor (WaveWindow *window)
{
  g_return_val_if_fail (WAVE_IS_WINDOW (window), NULL);
  return window->monitor;
}

GtkWidget *
wave_window_get_page (WaveWindow *window, const char *name)
{
  GtkWidget *page;

  g_return_val_if_fail (WAVE_IS_WINDOW (window), NULL);
  page = adw_view_stack_get_child_by_name (window->pages, name);
  if (page == NULL || !is_lazy (name))
    return page;
  if (adw_bin_get_child (ADW_BIN (page)) == NULL)
    adw_bin_set_child (ADW_BIN (page), make_lazy_page (window, name));
  return adw_bin_get_child (ADW_BIN (page));
}

GtkWidget *
wave_window_get_visible_page (WaveWindow *self)
{
  const char *name = adw_view_stack_get_visible_child_name (self->pages);

  return name != NULL ? wave_window_get_page (self, name) : NULL;
}

const char *
wave_window_get_page_name (WaveWindow *window)
{
  g_return_val_if_fail (WAVE_IS_WINDOW (window), NULL);
  if (g_strcmp0 (gtk_stack_get_visible_child_name (window->stack), "main") != 0)
    return NULL;
  return adw_view_stack_get_visible_child_name (window->pages);
}

GMenuModel *
wave_window_get_primary_menu (WaveWindow *window)
{
  g_return_val_if_fail (WAVE_IS_WINDOW (window), NULL);
  return window->primary_menu;
}

void
wave_window_show_page (WaveWindow *window, const char *page)
{
  g_return_if_fail (WAVE_IS_WINDOW (window));
  if (adw_view_stack_get_child_by_name (window->pages, page) != NULL)
    adw_view_stack_set_visible_child_name (window->pages, page);
}

void
wave_window_want_page (WaveWindow *window, const char *page)
{
  g_return_if_fail (WAVE_IS_WINDOW (window));
  if (window->watching)
    wave_window_show_page (window, page);
  else
    g_set_str (&window->wanted_page, page);
}

void
wave_window_want_room (WaveWindow *window, const char *room)
{
  g_return_if_fail (WAVE_IS_WINDOW (window));
  g_set_str (&window->wanted_room, room);
}

void
wave_window_toast (WaveWindow *window, const char *text)
{
  AdwToast *toast = adw_toast_new ("");

  g_return_if_fail (WAVE_IS_WINDOW (window));
  adw_toast_set_use_markup (toast, FALSE);
  adw_toast_set_title (toast, text);
  adw_toast_overlay_add_toast (window->toasts, toast);
}

static void
on_page_changed (AdwViewStack *pages, GParamSpec *pspec, WaveWindow *self)
{
  const char *name;

  /* The template is still being built. */
  if (self->pages == NULL)
    return;
  name = adw_view_stack_get_visible_child_name (pages);
  wave_window_update_title (self);
  /* While pages come and go nobody has chosen one. */
  if (name == NULL || !self->watching)
    return;
  wave_window_get_page (self, name);
  g_settings_set_string (self->settings, "page", name);
}

static void
on_signed_in (WaveWelcomePage *page, gpointer signed_in, WaveWindow *self)
{
  wave_application_signed_in (WAVE_APPLICATION (gtk_window_get_application (GTK_WINDOW (self))), self, signed_in);
}

static void
on_open_account (WaveWelcomePage *page, WaveAccount *account, WaveWindow *self)
{
  wave_application_open_account (WAVE_APPLICATION (gtk_window_get_application (GTK_WINDOW (self))), self, account);
}

WaveWelcomePage *
wave_window_get_welcome (WaveWindow *self)
{
  GtkApplication *application = gtk_window_get_application (GTK_WINDOW (self));

  if (self->welcome != NULL)
    return self->welcome;
  self->welcome = g_object_new (WAVE_TYPE_WELCOME_PAGE, "menu-model", self->primary_menu, NULL);
  g_signal_connect_object (self->welcome, "signed-in", G_CALLBACK (on_signed_in), self, G_CONNECT_DEFAULT);
  g_signal_connect_object (self->welcome, "open-account", G_CALLBACK (on_open_account), self, G_CONNECT_DEFAULT);
  if (application != NULL)
    wave_welcome_page_set_accounts (self->welcome, wave_application_get_accounts (WAVE_APPLICATION (application)));
  adw_bin_set_child (self->welcome_place, GTK_WIDGET (self->welcome));
  return self->welcome;
}

/* Nothing else was chosen before it came on screen. */
static void
on_realize (WaveWindow *self)
{
  if (g_strcmp0 (gtk_stack_get_visible_child_name (self->stack), "welcome") == 0)
    wave_window_get_welcome (self);
}

/* A popover of a menu takes longer to make than the whole header around it. */
static void
create_menu (GtkMenuButton *button, gpointer user_data)
{
  WaveWindow *self = user_data;

  if (gtk_menu_button_get_popover (button) == NULL)
    gtk_menu_button_set_popover (button, gtk_popover_menu_new_from_model (self->primary_menu));
}

/* ---- actions ---- */

static void
page_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  wave_window_show_page (WAVE_WINDOW (widget), g_variant_get_string (parameter, NULL));
}

static void
search_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  WaveWindow *self = WAVE_WINDOW (widget);
  GtkWidget *rooms = adw_view_stack_get_child_by_name (self->pages, "rooms");
  GtkWidget *page = wave_window_get_visible_page (self);

  if (rooms == NULL)
    return;
  /* Where the focus stands outside of the page, too. */
  if (WAVE_IS_ACTIVITY_PAGE (page))
    {
      wave_activity_page_focus_filter (WAVE_ACTIVITY_PAGE (page));
      return;
    }
  wave_window_show_page (self, "rooms");
  wave_rooms_page_focus_search (WAVE_ROOMS_PAGE (rooms));
}

static void
connect_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  WaveWindow *self = WAVE_WINDOW (widget);

  wave_window_show_sign_in (self, NULL, FALSE, NULL);
}

static void
welcome_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  wave_window_show_welcome (WAVE_WINDOW (widget), NULL);
}

static void
back_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  wave_window_show_tenant (WAVE_WINDOW (widget));
}

static void
retry_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  WaveWindow *self = WAVE_WINDOW (widget);

  if (self->monitor != NULL)
    wave_session_retry_now (wave_monitor_get_session (self->monitor));
}

static void
shortcuts_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  wave_shortcuts_present (widget);
}

void
wave_window_remember (WaveWindow *window)
{
  int width, height;

  g_return_if_fail (WAVE_IS_WINDOW (window));
  gtk_window_get_default_size (GTK_WINDOW (window), &width, &height);
  g_settings_set_boolean (window->settings, "window-maximized", gtk_window_is_maximized (GTK_WINDOW (window)));
  if (!gtk_window_is_maximized (GTK_WINDOW (window)) && width >= 360 && height >= 294)
    {
      g_settings_set_int (window->settings, "window-width", width);
      g_settings_set_int (window->settings, "window-height", height);
    }
}

static gboolean
on_close_request (GtkWindow *window)
{
  WaveWindow *self = WAVE_WINDOW (window);

  wave_window_remember (self);
  if (wave_application_goes_on_without (WAVE_APPLICATION (gtk_window_get_application (window)), self))
    {
      gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
      return TRUE;
    }
  return GTK_WINDOW_CLASS (wave_window_parent_class)->close_request (window);
}

static void
wave_window_dispose (GObject *object)
{
  WaveWindow *self = WAVE_WINDOW (object);

  g_clear_handle_id (&self->timer, g_source_remove);
  wave_window_forget (self);
  g_clear_object (&self->account);
  g_clear_object (&self->accounts_place);
  g_clear_object (&self->monitor_signals);
  g_clear_object (&self->replay_signals);
  g_clear_object (&self->log_signals);
  g_clear_object (&self->tenant_signals);
  g_clear_object (&self->settings);
  g_clear_pointer (&self->wanted_room, g_free);
  g_clear_pointer (&self->wanted_page, g_free);
  gtk_widget_dispose_template (GTK_WIDGET (self), WAVE_TYPE_WINDOW);
  G_OBJECT_CLASS (wave_window_parent_class)->dispose (object);
}

static void
wave_window_class_init (WaveWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  static const char *const pages[] = { "rooms", "activity", "scope", "connection" };

  G_OBJECT_CLASS (klass)->dispose = wave_window_dispose;
  GTK_WINDOW_CLASS (klass)->close_request = on_close_request;
  wave_window_replay_class_init (widget_class);
  wave_window_record_class_init (widget_class);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/wavescope/Wavescope/ui/wave-window.ui");
  gtk_widget_class_bind_template_child (widget_class, WaveWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, WaveWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, WaveWindow, header);
  gtk_widget_class_bind_template_child (widget_class, WaveWindow, pages);
  gtk_widget_class_bind_template_child (widget_class, WaveWindow, banner);
  gtk_widget_class_bind_template_child (widget_class, WaveWindow, expiry_banner);
  gtk_widget_class_bind_template_child (widget_class, WaveWindow, menu_button);
  gtk_widget_class_bind_template_child (widget_class, WaveWindow, popover_expiry);
  gtk_widget_class_bind_template_child (widget_class, WaveWindow, welcome_place);
  gtk_widget_class_bind_template_child (widget_class, WaveWindow, primary_menu);
  gtk_widget_class_bind_template_child (widget_class, WaveWindow, transport);
  gtk_widget_class_bind_template_child (widget_class, WaveWindow, record_button);
  gtk_widget_class_bind_template_child (widget_class, WaveWindow, record_label);
  gtk_widget_class_bind_template_child (widget_class, WaveWindow, files_button);
  gtk_widget_class_bind_template_child (widget_class, WaveWindow, state_button);
  gtk_widget_class_bind_template_child (widget_class, WaveWindow, state_dot);
  gtk_widget_class_bind_template_child (widget_class, WaveWindow, switcher);
  gtk_widget_class_bind_template_child (widget_class, WaveWindow, switcher_bar);
  gtk_widget_class_bind_template_child (widget_class, WaveWindow, state_label);
  gtk_widget_class_bind_template_child (widget_class, WaveWindow, state_detail);
  gtk_widget_class_bind_template_child (widget_class, WaveWindow, popover_cause);
  gtk_widget_class_bind_template_child (widget_class, WaveWindow, popover_advice);
  gtk_widget_class_bind_template_callback (widget_class, on_banner_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_page_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_new_token);
  gtk_widget_class_install_action (widget_class, "win.page", "s", page_action);
  gtk_widget_class_install_action (widget_class, "win.search", NULL, search_action);
  gtk_widget_class_install_action (widget_class, "win.connect", NULL, connect_action);
  gtk_widget_class_install_action (widget_class, "win.welcome", NULL, welcome_action);
  gtk_widget_class_install_action (widget_class, "win.back-to-tenant", NULL, back_action);
  wave_window_account_class_init (widget_class);
  gtk_widget_class_install_action (widget_class, "win.retry", NULL, retry_action);
  gtk_widget_class_install_action (widget_class, "win.shortcuts", NULL, shortcuts_action);
  wave_window_install_desktop_actions (widget_class);
  for (guint i = 0; i < G_N_ELEMENTS (pages); i++)
    gtk_widget_class_add_binding_action (widget_class, GDK_KEY_1 + i, GDK_ALT_MASK, "win.page", "s", pages[i]);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_f, GDK_CONTROL_MASK, "win.search", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_r, GDK_CONTROL_MASK, "win.retry", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_question, GDK_CONTROL_MASK, "win.shortcuts", NULL);
}

static void
wave_window_init (WaveWindow *self)
{
  self->settings = g_settings_new (APPLICATION_ID);
  self->monitor_signals = g_signal_group_new (WAVE_TYPE_MONITOR);
  g_signal_group_connect_swapped (self->monitor_signals, "notify::backlog", G_CALLBACK (on_backlog), self);
  g_signal_group_connect_swapped (self->monitor_signals, "notify::journal-failure", G_CALLBACK (update_state), self);
  g_signal_group_connect_swapped (self->monitor_signals, "tokens-changed", G_CALLBACK (update_state), self);
  g_signal_group_connect_swapped (self->monitor_signals, "notify::former-server-name", G_CALLBACK (update_state), self);
  g_signal_group_connect_swapped (self->monitor_signals, "notify::event-log", G_CALLBACK (on_event_log), self);
  self->tenant_signals = g_signal_group_new (WAVE_TYPE_TENANT);
  g_signal_group_connect_swapped (self->tenant_signals, "notify::state", G_CALLBACK (update_state), self);
  g_signal_group_connect_swapped (self->tenant_signals, "notify::tenant-name", G_CALLBACK (update_state), self);
  g_signal_group_connect_swapped (self->tenant_signals, "notify::server-name", G_CALLBACK (update_state), self);
  gtk_widget_init_template (GTK_WIDGET (self));
  wave_window_account_init (self);
  wave_window_replay_init (self);
  gtk_menu_button_set_create_popup_func (self->menu_button, create_menu, self, NULL);
  g_signal_connect (self, "realize", G_CALLBACK (on_realize), NULL);
  g_signal_connect (self, "map", G_CALLBACK (on_mapped), NULL);
  g_signal_connect_after (self, "unmap", G_CALLBACK (on_mapped), NULL);
  g_signal_connect (self, "notify::is-active", G_CALLBACK (on_active_changed), NULL);
  if (WAVE_DEVEL)
    gtk_widget_add_css_class (GTK_WIDGET (self), "devel");
}

WaveWindow *
wave_window_new (GtkApplication *application)
{
  WaveWindow *self = g_object_new (WAVE_TYPE_WINDOW, "application", application, NULL);

  wave_window_follow_accounts (self, wave_application_get_accounts (WAVE_APPLICATION (application)));
  gtk_window_set_default_size (GTK_WINDOW (self), g_settings_get_int (self->settings, "window-width"),
                               g_settings_get_int (self->settings, "window-height"));
  if (g_settings_get_boolean (self->settings, "window-maximized"))
    gtk_window_maximize (GTK_WINDOW (self));
  return self;
}
