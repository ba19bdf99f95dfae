"""Room sensors: boards that post their temperature and humidity."""
