from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='OwnWrite',
            fields=[
                ('user_id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('lsn', models.BigIntegerField()),
            ],
        ),
    ]
