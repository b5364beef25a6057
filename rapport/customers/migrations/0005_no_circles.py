from django.db import migrations

SQL = """
CREATE TRIGGER no_circle AFTER INSERT OR UPDATE OF parent_id ON customers_organisation
FOR EACH ROW WHEN (NEW.parent_id IS NOT NULL) EXECUTE FUNCTION rapport_no_circle('organisation_parent_circle');
"""


class Migration(migrations.Migration):
    dependencies = [("customers", "0004_photo"), ("search", "0002_no_circles")]
    operations = [migrations.RunSQL(SQL, "DROP TRIGGER no_circle ON customers_organisation;")]
