"""Requests of one client counted across all processes and nodes, for limits."""

from django.db import connection, models, transaction


class Asking(models.Model):
    """The requests of one client until a minute; written only for clients with many.

    `asker` is a keyed digest of the IP address and the time, so that no address is stored.
    One row counts no client: readers' reports lock it (`centers.web.correction_limits`).
    """

    asker = models.CharField(max_length=40, primary_key=True)
    minute = models.BigIntegerField(db_index=True)
    count = models.PositiveBigIntegerField()

    class Meta:
        verbose_name = "API 횟수"
        verbose_name_plural = "API 횟수"
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.minute}: {self.count}"

    @classmethod
    def add(cls, asker: str, minute: int, count: int, wait_ms: int = 50) -> int:
        """Add to the count of a client in a minute and return the sum.

        Waits at most `wait_ms` for a lock, then raises OperationalError.
        """
        table = connection.ops.quote_name(cls._meta.db_table)
        statement = (
            f"INSERT INTO {table} (asker, minute, count) VALUES (%s, %s, %s) "  # noqa: S608
            f"ON CONFLICT (asker) DO UPDATE SET count = {table}.count + excluded.count "
            "RETURNING count"
        )
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                [[timeout]] = cursor.execute("PRAGMA busy_timeout").fetchall()
                cursor.execute(f"PRAGMA busy_timeout = {int(wait_ms)}")
            try:
                with transaction.atomic():
                    if connection.vendor == "postgresql":
                        cursor.execute(f"SET LOCAL lock_timeout = {int(wait_ms)}")
                    cursor.execute(statement, [asker, minute, count])
                    [[total]] = cursor.fetchall()
            finally:
                if connection.vendor == "sqlite":
                    cursor.execute(f"PRAGMA busy_timeout = {int(timeout)}")
        return total

    @classmethod
    def delete_before(cls, minute: int) -> None:
        cls.objects.filter(minute__lt=minute).delete()
