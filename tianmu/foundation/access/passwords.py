"""Password hashing: Argon2id with 19 MiB, 2 passes, 1 lane (OWASP's second recommended setting)."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class CountyArgon2Hasher(Argon2PasswordHasher):
    """Strong, and cheap enough for 600 people who sign in at 08:00 on two cores."""

    memory_cost = 19_456
    time_cost = 2
    parallelism = 1
