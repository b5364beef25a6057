from django.urls import path

from rapport.platform.setup import company_pages, first_run_pages, health_pages

urlpatterns = [
    path("healthz", health_pages.healthz),
    path("readyz", health_pages.readyz),
    path("settings/company", company_pages.company_page),
    path("settings/health", health_pages.health, name="health"),
    path("settings/health/release-outgoing", health_pages.release_outgoing),
    path("settings/jobs", health_pages.jobs),
    path("settings/jobs/retry", health_pages.retry_jobs),
    path("settings/jobs/<int:job_id>/retry", health_pages.retry_job),
    path("settings/jobs/<int:job_id>/give-up", health_pages.give_up_job),
    path("welcome", first_run_pages.welcome, name="welcome"),
    path("welcome/start", first_run_pages.start, name="welcome-start"),
]
