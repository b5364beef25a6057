from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "rapport.records"
    label = "records"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from rapport.platform.identity import notices
        from rapport.platform.jobs import finished
        from rapport.platform.live import hearing
        from rapport.platform.live import sight as seeing
        from rapport.platform.ui import bell, watchers
        from rapport.records import house, mentions, navigation, notifications, registry, shortcuts, sight, telling  # noqa: F401 registers the declarations and entries
        from rapport.records.pages import palette, runs  # noqa: F401 registers what is found

        finished.register(runs.ended)
        hearing.register(registry.not_to_hear_of)
        seeing.register(sight.rows_in_sight)
        seeing.register(sight.imports_in_sight)

        watchers.register(watchers.Watcher("bulk", "/bulk/news", lambda request: f"bulk-{request.viewer.id}"))
        bell.register(lambda request: notifications.unread(request.viewer))
        notices.register(
            notices.Notice(
                mentions.NOTICE, _("Mentions"), _("When a colleague names you with @ in a note or a call."), 20
            )
        )
        notices.register(
            notices.Notice(
                telling.NOTICE, _("Followed records"), _("When somebody changes a record that you own or follow."), 30
            )
        )
