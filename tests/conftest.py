"""What every test shares."""

from hypothesis import settings

# machines under load are slow now and then; a slow example is not a wrong one
settings.register_profile("steady", deadline=None)
settings.load_profile("steady")
