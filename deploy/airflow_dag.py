"""The yearly run as two Airflow DAGs: the whole folder by one command, or a task per province.

Copy to the folder of DAGs. ``pii_reports`` makes what is published: pages, notebooks, index.html
and manifest.json; it is what to use unless each province should be a task of its own, with
Airflow's retries and logs: that is ``pii_notebooks``, by the Papermill operator, which leaves
executed notebooks and their pages. Both need piilib in the environment of Airflow's workers, and
the second the package apache-airflow-providers-papermill.
"""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pendulum
from airflow.providers.papermill.operators.papermill import PapermillOperator
from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG, task

#: Where pii.toml lies and the reports go.
HOME = Path(os.environ.get("PII_HOME", "/srv/pii"))
YEAR = int(os.environ.get("PII_YEAR", "2024"))
LANG = os.environ.get("PII_LANG", "vi")
OUT = HOME / "notebooks" / str(YEAR) / LANG
SETTINGS: dict[str, Any] = {
    "start_date": pendulum.datetime(2026, 1, 1, tz="Asia/Ho_Chi_Minh"),
    "catchup": False,
    "max_active_runs": 1,
    "default_args": {"retries": 1, "retry_delay": timedelta(minutes=5)},
    "tags": ["pii"],
}

with DAG("pii_reports", schedule="15 2 * * *", **SETTINGS):
    # Exit code 2 is a fault in the data: trying again would not mend it.
    BashOperator(task_id="check", bash_command="pii check", retries=0) >> BashOperator(
        task_id="batch",
        bash_command=f"pii batch --config {HOME}/pii.toml --quiet --log {HOME}/batch.log",
        cwd=str(HOME),
        execution_timeout=timedelta(hours=6),
    )

with DAG("pii_notebooks", schedule=None, **SETTINGS):

    @task
    def jobs() -> list[dict[str, Any]]:
        """One notebook a province: its parameters, and where the executed one goes."""
        import piilib as pii
        from piilib.data.tables import basis_of

        OUT.mkdir(parents=True, exist_ok=True)
        return [
            {
                "output_nb": str(OUT / f"{key}.ipynb"),
                "parameters": {"province": key, "year": YEAR, "lang": LANG},
            }
            for key in pii.provinces(basis_of(YEAR)).index
        ]

    @task
    def page(job: dict[str, Any]) -> str:
        """Make the page of an executed notebook; it appears whole or not at all."""
        import nbformat

        from piilib.report.export import to_html
        from piilib.report.job import Job, title_of

        executed = Path(job["output_nb"])
        title = title_of(Job("diagnostic", job["parameters"]["province"], YEAR, LANG))
        html = to_html(nbformat.read(executed, as_version=4), lang=LANG, title=title)
        staged = executed.with_suffix(".html.part")
        staged.write_text(html, encoding="utf-8")
        return str(staged.replace(executed.with_suffix(".html")))

    made = jobs()
    notebooks = PapermillOperator.partial(
        task_id="notebook",
        input_nb=os.environ.get(
            "PII_NOTEBOOK", str(HOME / "piilib" / "notebooks" / "01_province_diagnostic.ipynb")
        ),
        kernel_name="python3",
        language_name="python",
        max_active_tis_per_dag=2,
    ).expand_kwargs(made)
    notebooks >> page.expand(job=made)
