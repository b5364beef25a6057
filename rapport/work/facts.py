from dataclasses import dataclass


@dataclass(frozen=True)
class TaskDone:
    task_id: int


@dataclass(frozen=True)
class TaskReopened:
    task_id: int
