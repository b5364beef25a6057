from django.db import migrations

SQL = """
CREATE TRIGGER no_circle AFTER INSERT OR UPDATE OF parent_id ON catalogue_productcategory
FOR EACH ROW WHEN (NEW.parent_id IS NOT NULL) EXECUTE FUNCTION rapport_no_circle('category_parent_circle');
"""


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0003_rebase"), ("search", "0002_no_circles")]
    operations = [migrations.RunSQL(SQL, "DROP TRIGGER no_circle ON catalogue_productcategory;")]
