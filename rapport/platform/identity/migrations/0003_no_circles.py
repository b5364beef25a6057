from django.db import migrations

SQL = """
CREATE TRIGGER no_circle AFTER INSERT OR UPDATE OF parent_id ON identity_team
FOR EACH ROW WHEN (NEW.parent_id IS NOT NULL) EXECUTE FUNCTION rapport_no_circle('team_parent_circle');
"""


class Migration(migrations.Migration):
    dependencies = [("identity", "0002_guards"), ("search", "0002_no_circles")]
    operations = [migrations.RunSQL(SQL, "DROP TRIGGER no_circle ON identity_team;")]
